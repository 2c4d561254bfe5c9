"""Sdists that a view leaves out, since building their project is not approved. Pure.

pip and uv build any sdist that a page lists, which runs its author's code.
"""

from collections.abc import Collection, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.gateway.model import Refusal, Standing, View
from archpip.gateway.selection import fitting_wheels
from archpip.index import ProjectLinks


def refuse_build(view: View, name: NormalizedName, version: Version, filename: str) -> Refusal:
    """Return the refusal of one sdist."""
    return Refusal(
        view=view.name,
        project=name,
        version=version,
        filename=filename,
        message=f"building {name} is not approved: "
        "require-source-build-approval is set, and approve-source-build does not name it",
    )


def find_missed_sdists(
    links: ProjectLinks, standings: Sequence[Standing], view: View, *, refused: Collection[str]
) -> Iterator[Refusal]:
    """Yield the refusals of what a client would have built of the newest version.

    A page leaves out many sdists, but clients miss only those of a version without a right wheel.

    Args:
        links: A project whose builds are not approved.
        standings: Its versions, newest first.
        view: The view that the page is for.
        refused: The URLs of its refused wheels.
    """
    finals = (each for each in standings if not each.version.is_prerelease)
    newest = next(finals, None) or next(iter(standings))
    if all(wheel.url in refused for wheel in fitting_wheels(links, newest.version, view)):
        for page, position in newest.iter_sources():
            if page.make_link(position).yanked is None:
                yield refuse_build(view, links.name, newest.version, page.filenames[position])
