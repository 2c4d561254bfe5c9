"""References to the sources and files of direct references."""

from packaging.utils import NormalizedName

from archpip.index import Link
from archpip.resolution.direct_references import DirectReference
from archpip.resolution.ports import SourceReference


def direct_link(direct: DirectReference) -> Link:
    """Return the link to the file, folder or repository that a direct reference names."""
    return Link(url=direct.url, filename=direct.filename, hashes=direct.hashes)


def source_reference(
    direct: DirectReference,
    *,
    name: NormalizedName | None,
    config_settings: tuple[tuple[str, str], ...] = (),
) -> SourceReference:
    """Return the reference by which a `World` reads the source of a direct reference."""
    return SourceReference(
        link=direct_link(direct),
        kind=direct.kind,
        name=name,
        subdirectory=direct.subdirectory,
        revision=direct.revision,
        config_settings=config_settings,
    )
