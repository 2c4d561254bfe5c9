"""The composition root: the only place that picks implementations and joins them.

`Parts` makes the parts when they are first needed; what is slow to import is imported then: the
HTTP client alone costs more than `archpip --version` may take. `Application` is what commands call,
one method each.
"""

from archpip.app.application import Application
from archpip.app.configuration import Configuration, Question

__all__ = ["Application", "Configuration", "Question"]
