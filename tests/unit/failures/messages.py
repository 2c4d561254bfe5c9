"""What the tests of messages share."""

from msgspec.structs import replace

from archpip.failures import Complaint, Suspect, read_suspects

BEFORE = ("", "Traceback (most recent call last):\n  File x\n")


def of(complaint: Complaint, **named: str) -> Suspect:
    """Return what is to be read of a message."""
    return Suspect(complaint=complaint, message="", **named)


def check(before: str, text: str, expected: Suspect) -> None:
    """Check what is read of a message that comes after other output."""
    (found,) = read_suspects(f"{before}{text}\n")

    assert replace(found, message="") == expected
    assert found.message in map(str.strip, text.splitlines())
