"""Watch the policy of a running gateway, and serve by it when it has changed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from archpip.errors import ArchpipError

if TYPE_CHECKING:
    from archpip.gateway import View

_log = logging.getLogger(__name__)


class ServingRules(Struct, frozen=True, kw_only=True):
    """What a gateway serves by."""

    find_view: "Callable[[str], View]"
    """Returns the view of a name in a path, or raises `InvalidTargetError`."""
    policy_text: str | None = None
    """The policy to serve at `/policy.toml`."""


@contextmanager
def watching(
    rules: ServingRules,
    *,
    read: Callable[[], ServingRules],
    serve_by: Callable[[ServingRules], None],
    seconds: float,
) -> Iterator[None]:
    """Read the rules again and again in a thread while this context is entered.

    Rules without a policy are not watched: nothing else of them is expected to change.

    Args:
        rules: Those that are served by.
        read: Reads them anew; may raise an `ArchpipError`, after which the last ones hold.
        serve_by: Called when the policy has changed.
        seconds: How long to wait between two reads.
    """
    ended = threading.Event()

    def watch() -> None:
        served, failure = rules, ""
        while not ended.wait(seconds):
            try:
                found = read()
            except ArchpipError as error:
                if str(error) != failure:
                    _log.warning("the policy stays as it was: %s", error)
                failure = str(error)
                continue
            failure = ""
            if found.policy_text != served.policy_text:
                served = found
                serve_by(found)

    thread = threading.Thread(target=watch, name="archpip-policy", daemon=True)
    if rules.policy_text is not None:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.ident is not None:
            thread.join()
