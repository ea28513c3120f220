"""What `python -m bot COMMAND` does: a module for each command, loaded when it is typed."""
