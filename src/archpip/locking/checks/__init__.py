"""The claims that are checked of a lockfile, a module for each subject.

Each function yields what contradicts the claim in its first line; `locking/checking.py` calls all.
"""
