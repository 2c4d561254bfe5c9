"""Compare the source of a locked direct reference with the one that is required."""

from pathlib import Path

from packaging.pylock import Package

from archpip.index import without_credentials
from archpip.resolution import LinkKind, RequestedRequirement


def is_taken_from(package: Package, requirement: RequestedRequirement, *, folder: Path) -> bool:
    """Return whether a package has the source that a requirement gives; true if it gives none.

    Args:
        package: The locked package.
        requirement: The requirement.
        folder: The lockfile's folder, to which its paths are relative.
    """
    direct = requirement.direct
    if direct is None:
        return True
    if direct.kind is LinkKind.VCS:
        system, _, url = direct.url.partition("+")
        vcs = package.vcs
        return vcs is not None and (
            (vcs.type, vcs.url, vcs.requested_revision, vcs.subdirectory)
            == (system, without_credentials(url), direct.revision, direct.subdirectory)
        )
    source = package.directory if direct.kind is LinkKind.DIRECTORY else package.archive
    if source is None or source.subdirectory != direct.subdirectory:
        return False
    if direct.path is not None:
        return source.path is not None and (folder / source.path).resolve() == direct.path.resolve()
    return getattr(source, "url", None) == without_credentials(direct.url)


def describe_place(package: Package) -> str:
    """Describe a package's source: `from git+https://…@v1`, `from ../lib`, `from an index`."""
    if package.vcs is not None:
        vcs = package.vcs
        revision = f"@{vcs.requested_revision}" if vcs.requested_revision else ""
        part = f"#subdirectory={vcs.subdirectory}" if vcs.subdirectory else ""
        return f"from {vcs.type}+{vcs.url or vcs.path}{revision}{part}"
    if package.archive is not None:
        return f"from {package.archive.url or package.archive.path}"
    if package.directory is not None:
        return f"from {package.directory.path}"
    return "from an index"
