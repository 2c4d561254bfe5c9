"""Write source distributions that build without a network.

Source: packaging.python.org, "Source distribution format" (PEP 625, PEP 643) and PEP 517.
"""

import gzip
import io
import json
import tarfile
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from fake_index.wheels import CoreMetadata, Wheel, write_wheel

# Only the names of fields whose values a build may change (core metadata 2.2, `Dynamic`).
_DYNAMIC = ("Requires-Dist", "Provides-Extra")


class SdistMetadata(StrEnum):
    """How much PKG-INFO can be believed."""

    STATIC = "static"  # version 2.2, nothing dynamic: what a wheel will say
    DYNAMIC = "dynamic"  # version 2.2, requirements dynamic: a build says
    OLD = "old"  # version 2.1: a build says


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What building an sdist ends in."""

    wheels: tuple[tuple[str, Wheel], ...] = ()
    """By what `sysconfig.get_platform()` says; `*` for any other platform."""
    log: tuple[str, ...] = ()
    """What it prints, as swallowed compile errors are."""
    fails: str | None = None
    """The last line before it gives up; `None` where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdist:
    """One source distribution."""

    metadata: CoreMetadata
    kind: SdistMetadata = SdistMetadata.STATIC
    build: Build | None = None
    """`None` builds a pure wheel with one package."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Further files, below the top folder."""

    @property
    def filename(self) -> str:
        """The file name."""
        return f"{self.metadata.stem}.tar.gz"


def write_sdist(sdist: Sdist) -> bytes:
    """Write an sdist; the same description always gives the same bytes."""
    build = sdist.build or Build(wheels=(("*", Wheel(metadata=sdist.metadata)),))
    files = {
        "PKG-INFO": _package_info(sdist).write(),
        "backend.py": Path(__file__).with_name("backend.py").read_bytes(),
        "pyproject.toml": _pyproject(sdist.metadata),
        **_prebuilt(build),
        **dict(sdist.files),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(f"{sdist.metadata.stem}/{path}")
            member.size, member.mode, member.mtime = len(content), 0o644, 0
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def _package_info(sdist: Sdist) -> CoreMetadata:
    if sdist.kind is SdistMetadata.STATIC:
        return replace(sdist.metadata, metadata_version="2.2", dynamic=())
    bare = replace(sdist.metadata, requires=(), extras=())
    if sdist.kind is SdistMetadata.DYNAMIC:
        return replace(bare, metadata_version="2.2", dynamic=_DYNAMIC)
    return replace(bare, metadata_version="2.1")


def _pyproject(metadata: CoreMetadata) -> bytes:
    text = f"""\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{metadata.name}"
version = "{metadata.version}"
dynamic = ["dependencies", "optional-dependencies", "requires-python"]
"""
    return text.encode()


def _prebuilt(build: Build) -> dict[str, bytes]:
    plan = {
        "wheels": {platform: wheel.filename for platform, wheel in build.wheels},
        "log": list(build.log),
        "fails": build.fails,
    }
    files = {f"prebuilt/{wheel.filename}": write_wheel(wheel) for _, wheel in build.wheels}
    return {**files, "prebuilt/plan.json": json.dumps(plan, indent=1).encode()}
