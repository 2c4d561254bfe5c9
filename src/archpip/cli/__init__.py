"""The command line.

`main.py` is the entry point, `commands/` has one module per command, and they share the rest.
"""
