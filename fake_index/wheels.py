"""Write wheels from a frozen description; the same description always gives the same bytes.

Source: packaging.python.org, "Binary distribution format" and "Core metadata specifications".
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from fake_index.zips import ZipArchive, ZipEntry, write_zip


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelFile:
    """One file of a wheel."""

    path: str
    content: bytes = b""
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreMetadata:
    """What METADATA and PKG-INFO say of one version of a project."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each extra and its requirements, which get their `extra ==` marker here."""
    requires_python: str | None = None
    dynamic: tuple[str, ...] = ()
    metadata_version: str = "2.1"

    @property
    def stem(self) -> str:
        """How file names begin: `ruamel_yaml-0.18`."""
        return f"{re.sub('[-_.]+', '_', self.name).lower()}-{self.version}"

    def write(self) -> bytes:
        """Return the file's text."""
        lines = [
            f"Metadata-Version: {self.metadata_version}",
            f"Name: {self.name}",
            f"Version: {self.version}",
            *(f"Dynamic: {field}" for field in self.dynamic),
        ]
        if self.requires_python is not None:
            lines.append(f"Requires-Python: {self.requires_python}")
        lines += [f"Requires-Dist: {requirement}" for requirement in self.requires]
        for extra, requirements in self.extras:
            lines.append(f"Provides-Extra: {extra}")
            lines += [f"Requires-Dist: {_for_extra(each, extra)}" for each in requirements]
        return ("\n".join(lines) + "\n").encode()


def _for_extra(requirement: str, extra: str) -> str:
    named, _, marker = requirement.partition(";")
    condition = f"extra == '{extra}'"
    if marker:
        condition = f"({marker.strip()}) and {condition}"
    return f"{named.strip()} ; {condition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One wheel."""

    metadata: CoreMetadata
    tag: str = "py3-none-any"
    """As the file name has it, with compressed sets: `cp310-cp310-macosx_11_0_arm64`."""
    files: tuple[WheelFile, ...] = ()
    """In archive order, `.data` folders included; the `dist-info` folder follows them."""
    build: str = ""
    """The build number, which most wheels have not."""
    entry_points: tuple[tuple[str, str], ...] = ()
    """Console scripts: name, and `module:function`."""
    purelib: bool | None = None
    """Root-Is-Purelib; `None` says yes where the platform is `any`."""
    declared_tags: tuple[str, ...] | None = None
    """What WHEEL says, where that is not what the file name says."""
    entries: tuple[ZipEntry, ...] = ()
    """Zip entries written as they are, behind the files and in no RECORD."""

    @property
    def filename(self) -> str:
        """The file name."""
        build = f"-{self.build}" if self.build else ""
        return f"{self.metadata.stem}{build}-{self.tag}.whl"

    @property
    def dist_info(self) -> str:
        """The name of the `dist-info` folder."""
        return f"{self.metadata.stem}.dist-info"

    @property
    def data(self) -> str:
        """The name of the `.data` folder."""
        return f"{self.metadata.stem}.data"


def expand_tag(tag: str) -> tuple[str, ...]:
    """Return the single tags of a compressed set (PEP 425), in the order they are written."""
    interpreters, abis, platforms = (part.split(".") for part in tag.split("-"))
    return tuple(f"{i}-{a}-{p}" for i in interpreters for a in abis for p in platforms)


def write_wheel(wheel: Wheel) -> bytes:
    """Write a wheel."""
    return write_zip(ZipArchive(entries=wheel_entries(wheel)))


def wheel_entries(wheel: Wheel) -> tuple[ZipEntry, ...]:
    """Return a wheel's zip entries, RECORD last, for archives that are then bent."""
    files = [*wheel.files, *_dist_info_files(wheel)]
    record = f"{wheel.dist_info}/RECORD"
    rows = [f"{file.path},{_digest(file.content)},{len(file.content)}\n" for file in files]
    files.append(WheelFile(path=record, content=("".join(rows) + f"{record},,\n").encode()))
    entries = [
        ZipEntry(
            name=file.path,
            content=file.content,
            mode=0o100755 if file.executable else 0o100644,
        )
        for file in files
    ]
    return (*entries[: len(wheel.files)], *wheel.entries, *entries[len(wheel.files) :])


def _dist_info_files(wheel: Wheel) -> list[WheelFile]:
    folder = wheel.dist_info
    files = [
        WheelFile(path=f"{folder}/METADATA", content=wheel.metadata.write()),
        WheelFile(path=f"{folder}/WHEEL", content=_wheel_text(wheel)),
    ]
    if wheel.entry_points:
        lines = ["[console_scripts]", *(f"{name} = {at}" for name, at in wheel.entry_points)]
        content = ("\n".join(lines) + "\n").encode()
        files.append(WheelFile(path=f"{folder}/entry_points.txt", content=content))
    return files


def _wheel_text(wheel: Wheel) -> bytes:
    purelib = wheel.tag.endswith("-any") if wheel.purelib is None else wheel.purelib
    tags = expand_tag(wheel.tag) if wheel.declared_tags is None else wheel.declared_tags
    lines = [
        "Wheel-Version: 1.0",
        "Generator: fake_index",
        f"Root-Is-Purelib: {str(purelib).lower()}",
        *(f"Tag: {tag}" for tag in tags),
        *([f"Build: {wheel.build}"] if wheel.build else []),
    ]
    return ("\n".join(lines) + "\n").encode()


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
