"""Failures: compare what happens when an environment runs with the verdict on its files.

`check_modules` imports every extension module; `read_suspects` and `find_culprits` start from the
output of a user's program that failed.
"""

from archpip.failures.checking import Outcome, Runner, Trial, check_modules
from archpip.failures.culprits import Culprit, find_culprits
from archpip.failures.messages import Complaint
from archpip.failures.tracebacks import MAX_TRACEBACK_BYTES, Suspect, read_suspects

__all__ = [
    "MAX_TRACEBACK_BYTES",
    "Complaint",
    "Culprit",
    "Outcome",
    "Runner",
    "Suspect",
    "Trial",
    "check_modules",
    "find_culprits",
    "read_suspects",
]
