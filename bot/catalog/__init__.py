"""YAML files -> domain objects: everything or nothing, and every fault at once with its file and line."""
