"""What is known of the world's naming habits: data with its sources, and no code.

Names of projects, systems' libraries and words for machines stand here and nowhere else. They are
Python's literals because Python keeps those compiled: a parser of TOML, which they were once
written in, takes longer to start than a small audit takes.
"""
