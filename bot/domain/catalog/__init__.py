"""All that the YAML files declare, and two of them held against each other."""
