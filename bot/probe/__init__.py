"""What a messenger really does, tried with a token and somebody willing: what no source and no document can tell.

`probe` is what is tried and how it is judged, `door` the way to a messenger, `stage` what a probe is given, `conduct`
the whole from the greeting to the cleaning, `report` what is told of it. A package for each messenger has its door and
its probes.
"""
