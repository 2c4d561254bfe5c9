"""Builds: source distributions to metadata and wheels, for the target."""
