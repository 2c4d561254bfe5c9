"""Checking lockfiles, as several tests do it."""

from msgspec.structs import replace
from packaging.pylock import Package, Pylock

from archpip.locking import (
    check_lockfile,
)
from archpip.resolution import (
    RequestedRequirement,
    Resolution,
    parse_requirement,
)
from archpip.verdicts import Policy
from tests.unit.locking.resolutions import (
    FOLDER,
)

PATH = FOLDER / "pylock.toml"


def wanted(*texts: str) -> tuple[RequestedRequirement, ...]:
    return tuple(parse_requirement(text, base=FOLDER, origin="r.txt:1") for text in texts)


def without_source(resolution: Resolution) -> Resolution:
    """Leave out what may depend on this machine."""
    return replace(
        resolution, pins=tuple(pin for pin in resolution.pins if pin.name in {"built", "fat"})
    )


def edit(pylock: Pylock, name: str, **evidence: object) -> Pylock:
    """Change a package's evidence; `None` removes a key."""

    def changed(package: Package) -> Package:
        if package.name != name:
            return package
        table = {**(package.tool or {}).get("archpip", {}), **evidence}
        kept = {key.replace("_", "-"): value for key, value in table.items() if value is not None}
        return replace_package(package, tool={"archpip": kept})

    return Pylock(
        lock_version=pylock.lock_version,
        environments=pylock.environments,
        requires_python=pylock.requires_python,
        created_by=pylock.created_by,
        packages=[changed(package) for package in pylock.packages],
        tool=pylock.tool,
    )


def replace_package(package: Package, **changes: object) -> Package:
    fields = {name: getattr(package, name) for name in package.__dataclass_fields__}
    return Package(**{**fields, **changes})


def check(pylock: Pylock, **arguments: object) -> list[str]:
    given = {"path": PATH, "policy": Policy(), **arguments}
    return [str(found) for found in check_lockfile(pylock, **given)]  # type: ignore[arg-type]  # any
