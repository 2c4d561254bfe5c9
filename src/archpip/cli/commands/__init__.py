"""The commands: one module for each, with its arguments, what it runs, and what it prints."""
