"""Places: where a locked package comes from that no index chose, beside what is asked for."""

from pathlib import Path

from packaging.pylock import Package

from archpip.index import without_credentials
from archpip.resolution import LinkKind, RequestedRequirement


def is_taken_from(package: Package, requirement: RequestedRequirement, *, folder: Path) -> bool:
    """Return whether a package comes from where a requirement says; true where it does not say.

    Args:
        package: As locked.
        requirement: What is asked for.
        folder: The lockfile's, from which its paths start.
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
    """Say where a package comes from: `from git+https://…@v1`, `from ../lib`, `from an index`."""
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
