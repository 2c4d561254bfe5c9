"""The command line.

`main.py` is the door, `commands/` has a module for each command, and the rest is what they share.
"""
