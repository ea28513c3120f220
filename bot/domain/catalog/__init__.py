"""The catalog: all that the YAML files declare, and how two catalogs differ."""
