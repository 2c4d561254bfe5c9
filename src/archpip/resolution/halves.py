"""Halves: thin macOS wheels of one version that can be fused for macOS universal2.

Source: `archpip.fusing` says which two names are halves of one wheel.
"""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from archpip.fusing import FuseMismatchError, fused_filename
from archpip.index import Link
from archpip.resolution.filenames import parse_wheel_name
from archpip.targets import Target, compatible_tags

_Tag = tuple[str, str, str]
_Kinship = tuple[str, str | None, bool]


class Halves(Struct, frozen=True, kw_only=True):
    """An arm64 and an x86_64 wheel that differ in their platform tags alone."""

    arm: Link
    intel: Link


class Pairing:
    """Finds halves for one universal2 target."""

    def __init__(self, target: Target) -> None:
        """Take a target whose machines are arm64 and x86_64, in this order."""
        self._arm_ranks, self._intel_ranks = map(_rank_tags, target.machines)

    def pair(self, links: Iterable[Link]) -> list[Halves]:
        """Return the pairs among thin wheels of one version, most preferred first.

        Where a project has several wheels for each machine (numpy: one for macOS 11 and one for
        macOS 14, with other libraries), the best two go together, then the next two. No arm64
        wheel is in two pairs.
        """
        wheels = tuple(links)
        intel = _group(wheels, self._intel_ranks)
        found: list[tuple[int, Halves]] = []
        for kinship, arm_wheels in _group(wheels, self._arm_ranks).items():
            partners = intel.get(kinship)
            if not partners:
                continue
            for order, (rank, arm) in enumerate(arm_wheels):
                partner = partners[min(order, len(partners) - 1)][1]
                if _are_halves(arm, partner):
                    found.append((rank, Halves(arm=arm, intel=partner)))
        found.sort(key=lambda ranked: ranked[0])
        return [halves for _, halves in found]


def _rank_tags(machine: Target) -> dict[_Tag, int]:
    return {
        (tag.interpreter, tag.abi, tag.platform): rank
        for rank, tag in enumerate(compatible_tags(machine))
    }


def _group(
    wheels: Iterable[Link], ranks: dict[_Tag, int]
) -> dict[_Kinship, list[tuple[int, Link]]]:
    """Return the wheels that fit one machine, best first, keyed by `_kinship`."""
    groups: defaultdict[_Kinship, list[tuple[int, Link]]] = defaultdict(list)
    for link in wheels:
        parsed = parse_wheel_name(link.filename)
        if parsed is None:
            continue
        rank = min((ranks[tag] for tag in parsed.tags if tag in ranks), default=None)
        if rank is not None:
            groups[_kinship(link)].append((rank, link))
    for group in groups.values():
        group.sort(key=lambda ranked: ranked[0])
    return groups


def _kinship(link: Link) -> _Kinship:
    """Return what both halves share: name, version, build, Python, ABI; index; yanked or not.

    Halves from two indexes were hardly built together, and may need different libraries.
    """
    return link.filename.rpartition("-")[0], link.index_url, link.yanked is not None


def _are_halves(arm: Link, intel: Link) -> bool:
    try:
        fused_filename(arm.filename, intel.filename)
    except FuseMismatchError:
        return False
    return True
