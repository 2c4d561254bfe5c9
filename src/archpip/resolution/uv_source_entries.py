"""The entries of one project in `[tool.uv.sources]`: one, or several with a marker each."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name

from archpip.codec import as_mapping


class Source(Struct, frozen=True, kw_only=True):
    """Where a project comes from."""

    table: Mapping[str, object]
    """The entry as written."""
    folder: Path
    """Relative paths start here."""
    marker: Marker | None


def parse_sources(
    value: object, *, folder: Path, extra: NormalizedName | None, in_repository: bool
) -> tuple[Source, ...]:
    """Parse the entries of a project; those of a repository's may depend on an extra.

    Args:
        value: A table, or a list of them.
        folder: The base of relative paths.
        extra: The extra that requires the project, if one does.
        in_repository: They are of a project in a repository, for what it requires.

    Raises:
        ValueError: They depend on an extra or a group, or lack a marker that can be read.
    """
    entries = [as_mapping(entry) for entry in (value if isinstance(value, list) else [value])]
    if in_repository:
        entries = [each for each in entries if _is_for(each, extra)]
    elif any(entry.keys() & {"extra", "group"} for entry in entries):
        raise ValueError("it depends on an extra or a group")
    if len(entries) > 1 and not all("marker" in entry for entry in entries):
        raise ValueError("of several sources, each needs a marker")
    return tuple(
        Source(
            table=entry,
            folder=folder,
            marker=Marker(str(entry["marker"])) if "marker" in entry else None,
        )
        for entry in entries
    )


def _is_for(source: Mapping[str, object], extra: NormalizedName | None) -> bool:
    """Return whether a source applies to what an extra requires; without one, to the rest."""
    if "group" in source:
        return False  # Groups are for those who work on the project.
    return "extra" not in source or canonicalize_name(str(source["extra"])) == extra
