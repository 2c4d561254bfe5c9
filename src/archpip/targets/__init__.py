"""Targets: which machine and Python to resolve for, and what follows from that.

A `Target` is parsed from text once; its tags, marker environment and extension suffixes are pure
functions of it. Only `host.py` reads this machine.
"""

from archpip.targets.model import PythonTarget, Target

__all__ = ["PythonTarget", "Target"]
