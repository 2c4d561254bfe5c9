"""Every door that strangers' bytes come in by: read them, and expect a value or one of our errors.

Each surface is a function of bytes that returns nothing and raises nothing. A fuzzer calls it with
whatever it likes (`run.py`), and the default suite with bent seeds (`tests/property`).
"""

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from archpip.binaries import BytesSource, Depth, read_binary, read_symbols
from archpip.errors import (
    BinaryFormatError,
    IndexAccessError,
    LockError,
    UsageError,
    WheelError,
)
from archpip.index.listing import ProjectLinks
from archpip.index.page import PageSource
from archpip.index.parsing import HTML_TYPES, JSON_TYPE, parse_page
from archpip.locking import check_lockfile, locked_versions, read_lockfile
from archpip.resolution import (
    InvalidMetadataError,
    InvalidRequirementError,
    parse_metadata,
    parse_requirement,
    read_requirements_file,
)
from archpip.resolution.demands import DemandBook
from archpip.targets import detect_host, marker_environments
from archpip.verdicts import Policy
from archpip.wheels import (
    inspect_wheel,
    inspection_from_json,
    inspection_to_json,
    open_wheel,
    read_metadata,
)
from tests.fuzz.audits import (
    read_as_archive,
    read_as_layer,
    read_as_locked,
    read_as_program,
    read_as_traceback,
)
from tests.property.binaries.seeds import SEEDS as BINARIES
from tests.unit.wheels.fakes import FakeWheelSource

Surface = Callable[[bytes], None]

WHEEL_NAME = "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
_LONGEST_READ = 1 << 20
_SOURCE = PageSource(url="https://index.example/simple/demo/", index_url="https://index.example")
_BOOK = DemandBook(marker_environments(detect_host()))
_SCRATCH = TemporaryDirectory(prefix="archpip-fuzz-")


def read_as_binary(content: bytes) -> None:
    """Read a binary at every depth, and the symbols of each of its slices."""
    source = BytesSource(content)
    for depth in Depth:
        with suppress(BinaryFormatError):
            if binary := read_binary(source, depth=depth):
                for part in binary.slices:
                    with suppress(BinaryFormatError):
                        read_symbols(source, part)


def read_as_wheel(content: bytes) -> None:
    """Read a wheel's directory, METADATA, members and inspection."""
    path = Path(_SCRATCH.name, WHEEL_NAME)
    path.write_bytes(content)
    with closing(open_wheel(path)) as wheel, suppress(WheelError):
        wheel.problems()
        with suppress(WheelError):
            read_metadata(wheel)
        for member in wheel.members()[:50]:
            with suppress(WheelError), closing(wheel.open(member.path)) as inflated:
                inflated.read_at(0, min(member.size_bytes, _LONGEST_READ))
    for depth in Depth:
        with closing(open_wheel(path)) as wheel, suppress(WheelError):
            inspection, _ = inspect_wheel(wheel, sha256=None, depth=depth)
            assert inspection_from_json(inspection_to_json(inspection)) == inspection


def read_as_source(content: bytes) -> None:
    """Look in a package's source for how it imports modules that may be for another machine."""
    names = ("a.cp311-win_arm64.pyd", "b.cp311-win_amd64.pyd", "c.cp311-win32.pyd")
    files = {f"p/{name}": BINARIES["pe" if "amd" in name else "pe-x86"] for name in names}
    source = FakeWheelSource(contents={**files, "p/__init__.py": content}, filename=WHEEL_NAME)
    inspect_wheel(source, sha256=None)


def read_as_metadata(content: bytes) -> None:
    """Read METADATA and what it requires; also read that as if a user had written it."""
    with suppress(InvalidMetadataError):
        metadata = parse_metadata(content)
        for text in metadata.requires:
            with suppress(InvalidRequirementError):
                parse_requirement(text, base=Path("/nowhere"))
        _BOOK.for_project(metadata.name, metadata.requires)


def read_as_lockfile(content: bytes) -> None:
    """Read a lockfile with its target and evidence, and judge it again."""
    path = Path(_SCRATCH.name, "pylock.toml")
    path.write_bytes(content)
    with suppress(LockError):
        pylock = read_lockfile(path)
        locked_versions(pylock)
        check_lockfile(pylock, path=path, policy=Policy())


def read_as_requirements_file(content: bytes) -> None:
    """Read a far requirements file; whatever it includes has the same text."""
    with suppress(UsageError):
        read_requirements_file(
            "https://files.example/requirements.txt",
            base=Path(_SCRATCH.name),
            environ={"NAME": "value"},
            fetch=lambda _: content,
        )


def read_as_html_page(content: bytes) -> None:
    """Read a project's page in HTML."""
    _read_page(content, HTML_TYPES[1])


def read_as_json_page(content: bytes) -> None:
    """Read a project's page in JSON."""
    _read_page(content, JSON_TYPE)


def _read_page(content: bytes, content_type: str) -> None:
    with suppress(IndexAccessError):
        page = parse_page(content, content_type=content_type, source=_SOURCE)
        links = ProjectLinks(canonicalize_name("demo"), [page])
        for version in links:
            links.filenames(version)
            for link in links[version]:
                urlsplit(link.url)  # as every later user of a link does


SURFACES: dict[str, Surface] = {
    "binary": read_as_binary,
    "wheel": read_as_wheel,
    "source": read_as_source,
    "metadata": read_as_metadata,
    "lockfile": read_as_lockfile,
    "requirements-file": read_as_requirements_file,
    "html-page": read_as_html_page,
    "json-page": read_as_json_page,
    "archive": read_as_archive,
    "layer": read_as_layer,
    "locked": read_as_locked,
    "traceback": read_as_traceback,
    "program": read_as_program,
}
