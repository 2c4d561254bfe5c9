"""How long a hint may take: whoever waits for an answer is not to wait much longer for advice."""

import time
from collections.abc import Callable

from archpip.index import Link
from archpip.resolution.provider import Provider
from archpip.resolution.search import GoesOn

# A hint is worth some seconds, fewer where there is one already. Large sets that walk back take a
# few thousand rounds; each may open a wheel.
_MAX_ROUNDS_OF_HINTS = 10_000
_SECONDS_FOR_A_HINT = 10.0
_SECONDS_FOR_A_SECOND_HINT = 2.0
_SECONDS_FOR_CHECKS = 10.0
"""For opening wheels that a hint would name; those that the store has take no time."""


def judge_within_seconds(provider: Provider) -> Callable[[Link], bool]:
    """Judge wheels that a hint would name, for as long as that is worth, all together."""
    until: float | None = None

    def is_refused(link: Link) -> bool:
        nonlocal until
        until = until or time.monotonic() + _SECONDS_FOR_CHECKS
        return provider.would_refuse(link, seconds=max(0.0, until - time.monotonic()))

    return is_refused


def never_refused(_: Link) -> bool:
    """Judge no wheel."""
    return False


def while_worth_a_hint(*, has_one: bool) -> GoesOn:
    """Let searches go on for as long, all together, as another hint is worth."""
    seconds = _SECONDS_FOR_A_SECOND_HINT if has_one else _SECONDS_FOR_A_HINT
    until = time.monotonic() + seconds
    return lambda rounds: rounds < _MAX_ROUNDS_OF_HINTS and time.monotonic() < until
