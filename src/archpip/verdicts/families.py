"""Families: files that do the same on different machines, recognised by their names alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from archpip.verdicts.case import Placed

_Family = tuple[str, ...]

# auditwheel and delvewheel put a hash of the content into each name, so it differs by machine.
_HASH = re.compile(r"[-_][0-9a-f]{8,}(?![0-9a-z])")
_DIGITS = re.compile(r"[0-9]+")


def group_families(members: Iterable[Placed]) -> list[list[Placed]]:
    """Group files whose paths differ only by words for machines.

    Files of one base name in several folders, some of which name a machine, are one family,
    whatever the other folders are called: no list has the names of all boards and chips. Modules
    are not grouped that way: importlib goes by the folder. Versions in names do not separate files
    that are built for each machine on its own (`gcc48` for one, `gcc49` for another).
    """
    families: dict[_Family, list[Placed]] = defaultdict(list)
    layouts: dict[tuple[str, str], set[_Family]] = defaultdict(set)
    named: set[tuple[str, str]] = set()
    for one in members:
        family = _family_of(one)
        families[family].append(one)
        if not one.name.tagged:
            layout = (family[0], family[-1])
            layouts[layout].add(family)
            if one.name.architectures:
                named.add(layout)
    for layout in named:
        # The folder without words for machines, which may hold versions of other names as well.
        first, *others = sorted(layouts[layout], key=lambda family: (len(family), family))
        for other in others:
            families[first] += families.pop(other)
    return _join_versions(families)


def _join_versions(families: Mapping[_Family, list[Placed]]) -> list[list[Placed]]:
    joined: dict[_Family, list[Placed]] = defaultdict(list)
    for family, members in families.items():
        apart = all(one.name.architectures and not one.name.tagged for one in members)
        joined[(*family[:-1], _DIGITS.sub("0", family[-1])) if apart else family] += members
    return list(joined.values())


def _family_of(one: Placed) -> _Family:
    family = one.name.family
    return (*family[:-1], _HASH.sub("", family[-1])) if one.name.repaired else family
