"""The hashes that the user allows: which files they admit, and whether every file must have one."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from packaging.utils import NormalizedName

from archpip.index import Link
from archpip.resolution.direct_references import HASH_ALGORITHMS
from archpip.resolution.errors import HashesRequiredError
from archpip.resolution.model import Pin
from archpip.resolution.requirements import RequestedRequirement


class AllowedHashes(Struct, frozen=True, kw_only=True):
    """The hashes that the user allows, by project; a project without any may be any file."""

    by_project: Mapping[NormalizedName, frozenset[tuple[str, str]]]

    def admit(self, name: NormalizedName, link: Link, sha256: str | None = None) -> bool:
        """Return whether a file is allowed; one whose hash is not known yet may be.

        Args:
            name: The project.
            link: The file, with the hashes that its index gives.
            sha256: As computed from its bytes; `None` if it was not opened.
        """
        allowed = self.by_project.get(name)
        if not allowed:
            return True
        known = {each for each in link.hashes if each[0] in HASH_ALGORITHMS}
        if sha256 is not None:
            known.add(("sha256", sha256))
        return not known or not known.isdisjoint(allowed)


def collect_hashes(
    requirements: Iterable[RequestedRequirement], constraints: Iterable[RequestedRequirement]
) -> AllowedHashes:
    """Return the hashes that the user allows by project: the intersection of all that are given."""
    allowed: dict[NormalizedName, frozenset[tuple[str, str]]] = {}
    for requirement in (*requirements, *constraints):
        if requirement.name is None or not requirement.hashes:
            continue
        mine = frozenset(requirement.hashes)
        theirs = allowed.get(requirement.name)
        # A file must match both lists, so they are intersected, as in pip.
        allowed[requirement.name] = mine if theirs is None else mine & theirs
    return AllowedHashes(by_project=allowed)


def has_hash_option(requirement: RequestedRequirement) -> bool:
    """Return whether a requirement has a `--hash`; a URL's own hash does not count, as in pip."""
    urlhashes = requirement.direct.hashes if requirement.direct else ()
    return not set(requirement.hashes) <= set(urlhashes)


def check_roots_have_hashes(
    requirements: Iterable[RequestedRequirement], hashes: AllowedHashes
) -> None:
    """Check the user's requirements before anything is read.

    Raises:
        HashesRequiredError: One has no hash, or allows several versions.
    """
    missing = [
        f"{requirement.text} ({requirement.origin})"
        for requirement in requirements
        if requirement.name not in hashes.by_project
        or not (
            requirement.direct or any(s.operator in ("==", "===") for s in requirement.specifier)
        )
    ]
    if missing:
        raise HashesRequiredError(missing=tuple(missing))


def check_pins_have_hashes(pins: Iterable[Pin], hashes: AllowedHashes) -> None:
    """Check what was pinned.

    Raises:
        HashesRequiredError: One has no hash.
    """
    missing = tuple(
        f"{pin.name}=={pin.version}" for pin in pins if pin.name not in hashes.by_project
    )
    if missing:
        raise HashesRequiredError(missing=missing)
