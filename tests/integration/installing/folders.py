"""Targets to fill folders for, and what a folder holds."""

from pathlib import Path

from archpip.architecture import Architecture, OperatingSystem
from archpip.targets import PythonTarget, Target

MAC = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 0)),
)
WINDOWS = Target(
    operating_system=OperatingSystem.WINDOWS,
    architectures=(Architecture.ARM64,),
    floor=(10, 0),
    python=PythonTarget(version=(3, 11, 0)),
)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the content of each file in a folder, by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
