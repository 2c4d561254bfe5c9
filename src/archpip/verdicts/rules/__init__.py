"""Data on naming habits, with sources; no code.

Names of projects, systems' libraries and words for machines are kept here and nowhere else. They
are Python literals because Python caches those compiled: importing a TOML parser takes longer than
a small audit.
"""
