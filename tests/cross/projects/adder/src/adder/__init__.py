"""Adds two numbers in C++."""

__version__ = "1.0"
