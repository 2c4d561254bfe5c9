"""What setuptools and distutils left of a distribution before there were wheels: its egg-info.

`setup.py install` and `setup.py develop` write one still, and distributions of the system have one.

Source: https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html
"""

import zipfile
from collections.abc import Iterator
from importlib.metadata import PathDistribution
from pathlib import Path, PurePosixPath

from packaging.utils import NormalizedName

from archpip.installing.errors import UnremovableDistributionError
from archpip.reachable import is_file, is_folder, is_there

_EGG_INFO = ".egg-info"
_EGG = ".egg"
_IN_EGG = "EGG-INFO"


def is_egg_info(info: Path) -> bool:
    """Return whether a distribution's metadata is an egg's, and not a dist-info."""
    return info.suffix != ".dist-info"


def find_egg_infos(folder: Path) -> list[Path]:
    """Return the egg-infos in a folder, sorted.

    An egg is a folder, or a zip, that is on `sys.path` itself; a zip stands for its own egg-info.
    """
    if folder.suffix == _EGG:
        info = folder if is_file(folder) else folder / _IN_EGG
        return [info] if is_there(info) else []
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == _EGG_INFO)
    except OSError:
        return []


def read_egg_metadata(info: Path) -> str:
    """Return an egg-info's PKG-INFO, completed by its `requires.txt`; empty if it has none.

    distutils writes a file, which is the PKG-INFO itself.
    """
    try:
        place = zipfile.Path(info, f"{_IN_EGG}/") if info.suffix == _EGG else info
        path = place if is_file(info) and place is info else place / "PKG-INFO"
        text = path.read_text(encoding="utf-8", errors="replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""
    if "\nRequires-Dist:" in text:
        return text
    requires = PathDistribution(place).requires or ()
    return "".join(f"Requires-Dist: {requirement}\n" for requirement in requires) + text


def find_egg_files(name: NormalizedName, info: Path) -> Iterator[PurePosixPath]:
    """Yield what an egg-info says is the distribution's, relative to the folder that holds it.

    As in pip and uv these are the files that pip listed, or else the top-level packages and modules
    that are not shared with other distributions. Neither need exist, nor lie in the folder, but no
    package is the folder itself, or one above it.

    Raises:
        UnremovableDistributionError: It says nothing of its files.
    """
    listed = _read_lines(info / "installed-files.txt")
    if listed is not None:
        for line in listed:
            yield PurePosixPath(info.name, line)
        return
    packages = _read_lines(info / "top_level.txt")
    if packages is None:
        raise UnremovableDistributionError(name=name, info=info)
    shared = _read_lines(info / "namespace_packages.txt") or ()
    for package in packages:
        if package not in shared and _is_one_name(package):
            yield from _find_package(package, info.parent)


def _find_package(name: str, folder: Path) -> Iterator[PurePosixPath]:
    if is_folder(folder / name):
        files = (path for path in (folder / name).rglob("*") if not is_folder(path))
        yield from (PurePosixPath(path.relative_to(folder)) for path in files)
    yield PurePosixPath(f"{name}.py")


def _is_one_name(package: str) -> bool:
    return Path(package).name == package != ".."


def _read_lines(path: Path) -> list[str] | None:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return [line.strip() for line in text.splitlines() if line.strip()]
