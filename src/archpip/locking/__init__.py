"""Locking: resolutions to PEP 751 lockfiles with evidence, and back."""
