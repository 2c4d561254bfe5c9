"""What the Python source of a wheel says of its binaries, in four facts.

- **demanded** modules look as if the wheel did without them, and it needs them (`demands.py`);
- **fallbacks** are imported only where another module is missing (`demands.py`);
- **guarded** modules of a wheel for any platform are done without by the rest (`guards.py`);
- **spared** libraries are for a small part of such a wheel (`spared.py`).

All of them read source only where a binary raises the question, which few wheels have.
`import_statements.py` reads the statements of one file, and `imports.py` finds who imports what.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from archpip.wheels.demands import find_demanded, find_fallbacks
from archpip.wheels.guards import find_guarded
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource
from archpip.wheels.spared import find_spared


class SourceFacts(NamedTuple):
    """Paths of binaries; see the attributes of `Inspection` that have these names."""

    demanded: tuple[str, ...]
    fallbacks: tuple[str, ...]
    guarded: tuple[str, ...]
    spared: tuple[str, ...]


def read_source_facts(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    problems: list[Problem],
    *,
    platforms: AbstractSet[str],
    for_any_python: bool,
) -> SourceFacts:
    """Read the four facts; unreadable sources are added to `problems`.

    Args:
        source: The wheel.
        members: Its members.
        binaries: Those of them that are binaries.
        problems: Gets what cannot be read.
        platforms: The platforms of the wheel's tags.
        for_any_python: Whether all of its tags leave the ABI open.
    """
    return SourceFacts(
        demanded=find_demanded(source, members, binaries, problems, for_any_python=for_any_python),
        fallbacks=find_fallbacks(source, members, binaries, problems),
        guarded=find_guarded(source, members, binaries, platforms, problems),
        spared=find_spared(source, members, binaries, platforms, problems),
    )
