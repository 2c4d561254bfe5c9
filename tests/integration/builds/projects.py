"""Small sdists whose backends do as a test says, and what is built with."""

import io
import tarfile
import textwrap
from collections.abc import Callable
from pathlib import Path

from archpip.architecture import Libc, OperatingSystem
from archpip.builds import (
    BuildOptions,
    BuildStep,
    CrossPython,
    SourceBuilder,
    Toolchain,
)
from archpip.targets import Target, detect_host, extension_suffixes, parse_target
from fake_index.binaries import native_binary, write_binary
from fake_index.sdists import Build, Sdist, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile

METADATA = CoreMetadata(name="m", version="1.0")
HOST = detect_host()
PYTHON = HOST.python
FOREIGN = "linux-aarch64" if HOST.name == "linux-x86_64" else "linux-x86_64"
PREFACE = """
import json, os, pathlib, platform, subprocess, sys, sysconfig, zipfile

def get_requires_for_build_wheel(config_settings=None):
    return []

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    work(config_settings)
    name, info = "m-1.0-py3-none-any.whl", "m-1.0.dist-info"
    tag = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("m.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: m\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


MakeBuilder = Callable[..., SourceBuilder]


class RecordingReporter:
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.steps: list[BuildStep] = []
        self.lines: list[str] = []

    def build_step(self, project: str, step: BuildStep) -> None:
        assert project == "m-1.0"
        self.steps.append(step)

    def build_output(self, project: str, line: str) -> None:
        assert project == "m-1.0"
        self.lines.append(line)


def paper_toolchain() -> Toolchain:
    """A toolchain that is planned with and never run."""
    target = foreign_target()
    return Toolchain(
        name=FOREIGN,
        operating_system=OperatingSystem.LINUX,
        architecture=target.architectures[0],
        libc=Libc.GLIBC,
        c=Path("/no/gcc"),
        cxx=Path("/no/g++"),
        archiver=Path("/no/ar"),
        ranlib=Path("/no/ranlib"),
        sysroot=Path("/no/sysroot"),
        library_folder=Path("/no/sysroot/usr/lib"),
        pythons=(
            CrossPython(
                version=(PYTHON.version[0], PYTHON.version[1]),
                include_folders=(Path("/no/sysroot/usr/include/python"),),
            ),
        ),
    )


def foreign_target() -> Target:
    return parse_target(FOREIGN, host=HOST, python=PYTHON)


def write_project(folder: Path, work: str, **files: str) -> Path:
    """Write an sdist whose in-tree backend does `work` before it makes a pure wheel."""
    indented = textwrap.indent(textwrap.dedent(work).strip() or "pass", "    ")
    texts = {
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
        ),
        "own.py": f"{PREFACE}\ndef work(config_settings):\n{indented}\n",
        **{name.replace("__", "."): text for name, text in files.items()},
    }
    sdist = folder / "m-1.0.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        for name, text in texts.items():
            member = tarfile.TarInfo(f"m-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return sdist


def write_outcome(
    folder: Path, platform: str | None, *, tag: str, log: tuple[str, ...] = ()
) -> Path:
    """Write an sdist that builds one wheel, whatever it is built for."""
    suffix = extension_suffixes(foreign_target())[0]
    module = () if platform is None else (native_module(platform, suffix),)
    wheel = Wheel(metadata=METADATA, tag=tag, files=module)
    sdist = Sdist(metadata=METADATA, build=Build(wheels=(("*", wheel),), log=log))
    path = folder / sdist.filename
    path.write_bytes(write_sdist(sdist))
    return path


def native_module(platform: str, suffix: str) -> WheelFile:
    return WheelFile(path=f"m{suffix}", content=write_binary(native_binary(platform, init="m")))


def left_behind(options: BuildOptions) -> list[Path]:
    assert options.work_folder is not None
    return list(options.work_folder.iterdir()) if options.work_folder.exists() else []
