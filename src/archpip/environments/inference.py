"""Infer the target of a tree from its interpreter, else from its files."""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import closing
from functools import cached_property
from itertools import chain
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archpip.binaries import Binary, BinaryFormat, Depth, read_binary
from archpip.environments.model import BRIEFCASE_FOLDER, Shape, Tree
from archpip.environments.records import (
    find_conda_prefix,
    parse_conda_record,
    parse_record,
    read_text,
)
from archpip.environments.wheel_files import find_wheel_files
from archpip.errors import ArchpipError, BinaryFormatError, UsageError
from archpip.reachable import is_file, is_there
from archpip.targets import (
    Floors,
    InterpreterUnusableError,
    PythonTarget,
    Target,
    parse_floor,
    parse_python,
    parse_target,
    probe_interpreter,
)
from archpip.wheels import Member, WheelUnreadableError, parse_wheel_file

_PREFIX_DEPTH = 3
"""`lib/python3.11/site-packages` beneath an environment."""

_SUFFIX = re.compile(
    r"\.(?:cpython-|cp)(?P<python>\d{2,3}t?)[a-z]*-(?P<platform>[a-z0-9_-]+)\.(?:so|pyd)$"
)
_SUFFIX_ENDS = (".so", ".pyd")
_CONDAS_PYTHON = re.compile(r"conda-meta/python-(?P<python>\d+\.\d+\.\d+)-[^-/]+\.json")
_PYTHON_FOLDER = re.compile(r"(?:^|/)(?P<python>(?:python|pypy)\d\.\d+t?)/")
_STRICT_TAGS = (
    (re.compile(r"macosx_\d+_\d+_(arm64|x86_64)"), "macos-{}"),
    (re.compile(r"(?:many)?linux[\d_]*?_?(x86_64|aarch64|i686|armv7l|ppc64le|s390x)"), "linux-{}"),
    (re.compile(r"musllinux_\d+_\d+_(x86_64|aarch64|i686|armv7l|ppc64le|s390x)"), "linux-{}-musl"),
    (re.compile(r"win_(amd64|arm64)"), "windows-{}"),
    (re.compile(r"ios_\d+_\d+_(arm64)_iphoneos"), "ios-{}"),
    (re.compile(r"ios_\d+_\d+_(arm64|x86_64)_iphonesimulator"), "ios-{}-simulator"),
)
_BRIEFCASE_ROOT = re.compile(rf"(?P<root>(?:.*?/)??{BRIEFCASE_FOLDER})/")
_WHEEL_NAME = re.compile(r"-[^-/]+-(?:cp(?P<python>\d{2,3}t?)|[^-/]+)-(?P<platforms>[^-/]+)\.whl$")
_GLIBC_VERSION = re.compile(rb"GNU C Library [^\n]{0,80} version (\d+\.\d+)")
_GLIBC_FILE = re.compile(r"(?:^|/)libc(?:\.so\.6|-2\.\d+\.so)$")
_MUSL_FILE = re.compile(r"(?:^|/)lib/ld-musl-[^/]+\.so\.1$")
_SYSTEMS = {
    BinaryFormat.MACHO: "macos",
    BinaryFormat.ELF: "linux",
    BinaryFormat.PE: "windows",
}
_OF_ANY = "-none-any"
_LIBC_BYTES = 8 << 20


class InferredTarget(Struct, frozen=True, kw_only=True):
    """A target, and the source it was inferred from."""

    target: Target
    origin: str
    floor_is_known: bool = True
    """False where the oldest system is an assumption, as the files tell none."""


def infer_target(path: Path, shape: Shape, tree: Tree, *, host: Target) -> InferredTarget:
    """Return the target that a tree is for.

    Only the interpreter of an environment that the user names is run, never one inside a bundle or
    image.
    """
    if (python := find_interpreter(path, shape)) is not None:
        try:
            return InferredTarget(target=probe_interpreter(python), origin="its interpreter")
        except InterpreterUnusableError:
            pass  # An environment for another machine: its files tell which.
    evidence = _Evidence(shape, tree)
    for origin, find in evidence.platforms():
        if text := find():
            try:
                floors = evidence.find_floors()
                target = parse_target(text, host=host, python=evidence.find_python(), floors=floors)
            except UsageError:
                continue
            return InferredTarget(target=target, origin=origin, floor_is_known=floors is not None)
    target = parse_target("host", host=host, python=evidence.find_python())
    return InferredTarget(target=target, origin="this machine, since nothing there names another")


def adopt_python(target: Target, shape: Shape, tree: Tree) -> Target:
    """Return a target with the Python that a tree was made for, if its files tell."""
    python = _Evidence(shape, tree).find_python()
    known = target.python  # of the same kind, it has the patch version, too
    if python is None or (python.implementation, python.short_version, python.free_threaded) == (
        known.implementation,
        known.short_version,
        known.free_threaded,
    ):
        return target
    return replace(target, python=python)


def adopt_floor(given: InferredTarget, shape: Shape, tree: Tree) -> InferredTarget:
    """Return a target with the oldest system that a tree was made for, if its files tell."""
    target, floors = given.target, _Evidence(shape, tree).find_floors()
    floor = floors and floors.for_system(target.operating_system, target.libc)
    if not floor:
        return given
    return replace(given, target=replace(target, floor=floor), floor_is_known=True)


def find_interpreter(path: Path, shape: Shape) -> Path | None:
    """Return the interpreter of an environment, if it may be run."""
    prefix: Path | None = None
    if shape is Shape.SITE_PACKAGES:
        above = list(path.absolute().parents)[:_PREFIX_DEPTH]
        prefix = next((each for each in above if is_file(each / "pyvenv.cfg")), None)
    elif shape in {Shape.ENVIRONMENT, Shape.CONDA}:
        prefix = path
    if prefix is None:
        return None
    places = (prefix / "bin" / "python", prefix / "Scripts" / "python.exe", prefix / "python.exe")
    return next((place for place in places if is_there(place)), None)


def infer_from_name(path: Path, *, host: Target) -> InferredTarget:
    """Return the target in the name of a lockfile that archpip wrote (`pylock.NAME.toml`)."""
    _, _, name = path.stem.partition("pylock.")
    try:
        target = parse_target(name or "host", host=host)
    except UsageError:
        target, name = host, ""
    return InferredTarget(target=target, origin="its name" if name else "this machine")


class _Evidence:
    """The evidence in the files of one tree about their target."""

    def __init__(self, shape: Shape, tree: Tree) -> None:
        self._shape = shape
        self._tree = tree
        self._members = tree.members()
        self._paths = {member.path for member in self._members}

    def platforms(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Yield the sources of the platform, the most trustworthy first."""
        yield "the image's configuration", self._of_image
        yield "conda's records", self._of_conda
        yield "its executable", self._of_executable
        yield "the names of its modules", self._of_suffixes
        yield "the wheels it was made of", self._of_tags
        yield "the names of its wheels", self._of_wheel_names
        yield "its executables", self._of_executables

    def find_python(self) -> PythonTarget | None:
        """Return the interpreter: by `pyvenv.cfg` or conda's record, by folders, by modules' names.

        A prefix of conda's may have others in `envs`, with more modules than its own.
        """
        for name in filter(None, self._python_names()):
            try:
                return parse_python(name)
            except UsageError:
                continue
        return None

    def find_floors(self) -> Floors | None:
        """Return the floors that an app or image declares, or `None`."""
        if self._shape is Shape.MACOS_APP:
            return self._macos_floor()
        if self._shape is not Shape.IMAGE:
            return None
        for member in self._members:
            if _GLIBC_FILE.search(member.path):
                found = _GLIBC_VERSION.search(self._read_bytes(member, _LIBC_BYTES))
                if found:
                    return Floors(glibc=parse_floor(found[1].decode(), subject="glibc"))
        return None

    def _python_names(self) -> Iterator[str]:
        # One after the other: the first asks no more than one file, and a name may be in each of
        # tens of thousands of paths.
        yield self._of_configuration()
        yield self._of_condas_python()
        votes = Counter(
            match["python"]
            for member in self._members
            if (match := _find_python_folder(member.path) or self._suffixes.get(member.path))
        )
        votes.update(found["python"] for found in self._wheel_names if found["python"])
        yield from (name for name, _ in votes.most_common(1))

    def _of_condas_python(self) -> str:
        paths = (m.path for m in self._members if m.path.startswith("conda-meta/"))
        found = map(_CONDAS_PYTHON.fullmatch, paths)
        return next((match["python"] for match in found if match), "")

    def _of_configuration(self) -> str:
        text = self._read("pyvenv.cfg")
        found = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", text, re.MULTILINE)
        return found[1] if found else ""

    def _of_image(self) -> str:
        image = self._tree.image
        if image is None:
            return ""
        musl = any(_MUSL_FILE.search(member.path) for member in self._members)
        system, _, machine = image.platform.partition("/")
        words = {"amd64": "x86_64", "arm64": "aarch64", "arm64/v8": "aarch64"}
        if musl and system == "linux" and machine in words:
            return f"linux-{words[machine]}-musl"
        return image.platform

    def _of_conda(self) -> str:
        votes = Counter(
            record.subdirectory
            for member in self._members
            if find_conda_prefix(member.path) is not None
            and (record := parse_conda_record(self._read(member.path)))
            and record.subdirectory != "noarch"
        )
        return next((name for name, _ in votes.most_common(1)), "")

    def _of_executable(self) -> str:
        match self._shape:
            case Shape.MACOS_APP:
                folders: Iterable[str] = ("Contents/MacOS/",)
            case Shape.NUITKA | Shape.PYINSTALLER:
                folders = ("",)
            case Shape.BRIEFCASE:
                folders = self._iter_briefcase_folders()
            case _:
                folders = ()
        return next(chain.from_iterable(map(self._iter_platforms, folders)), "")

    def _iter_briefcase_folders(self) -> Iterator[str]:
        """Yield where the program of Briefcase's app may be: above its packages on Windows.

        Elsewhere `usr/bin`; an AppImage's is a script, and Python is in a folder of its own.
        """
        found = (match for m in self._members if (match := _BRIEFCASE_ROOT.match(m.path)))
        for root in dict.fromkeys(match["root"] for match in found):
            above = posixpath.dirname(root)
            system = posixpath.dirname(posixpath.dirname(above))
            places = (above, f"{system}/bin", f"{above}/python/bin")
            yield from (f"{place}/".lstrip("/") for place in places)

    def _of_executables(self) -> str:
        """Return the platform of all programs right in a folder, if it is one."""
        if self._shape is not Shape.FOLDER:
            return ""
        names = set(self._iter_platforms(""))
        return names.pop() if len(names) == 1 else ""

    def _iter_platforms(self, folder: str) -> Iterator[str]:
        """Yield the platform of each program that lies right in a folder."""
        for member in self._members:
            inner = member.path.removeprefix(folder)
            program = member.executable_bit or inner.endswith(".exe")
            is_library = ".so" in inner or inner.endswith((".dylib", ".dll", ".pyd"))
            if member.path.startswith(folder) and "/" not in inner and program and not is_library:
                binary = self._read_binary(member)
                if binary is not None and (text := _platform_of(binary)):
                    yield text

    def _of_suffixes(self) -> str:
        votes = Counter(match["platform"] for match in self._suffixes.values())
        # `darwin` names no architecture: the wheels' tags do.
        return next((name for name, _ in votes.most_common(1) if name != "darwin"), "")

    @cached_property
    def _suffixes(self) -> Mapping[str, re.Match[str]]:
        """The suffixes of modules, by path, save those of wheels for any machine and Python.

        Such a wheel has them for some that it was made on, if at all.
        """
        found = {m.path: match for m in self._members if (match := _find_suffix(m.path))}
        loose = frozenset(self._iter_of_any(found)) if found else frozenset()
        return {path: match for path, match in found.items() if path not in loose}

    def _iter_of_any(self, paths: Container[str]) -> Iterator[str]:
        for wheel_file in self._iter_wheel_files():
            tags = parse_wheel_file(self._read(wheel_file)).tags
            if tags and all(tag.endswith(_OF_ANY) for tag in tags):
                dist_info = posixpath.dirname(wheel_file)
                record = f"{dist_info}/RECORD"
                root = posixpath.dirname(dist_info)
                text = self._read(record)
                yield from parse_record(text, record=record, root=root, members=paths).paths

    def _iter_wheel_files(self) -> Iterator[str]:
        return (m.path for m in self._members if m.path.endswith(".dist-info/WHEEL"))

    def _of_tags(self) -> str:
        platforms = (
            {tag.rpartition("-")[2] for tag in parse_wheel_file(self._read(path)).tags}
            for path in self._iter_wheel_files()
        )
        return _elect_platform(platforms)

    def _of_wheel_names(self) -> str:
        tags = (found["platforms"].split(".") for found in self._wheel_names)
        return _elect_platform(tags)

    @cached_property
    def _wheel_names(self) -> tuple[re.Match[str], ...]:
        """The tags in the names of an app's wheels; those of other folders are to be chosen from.

        Those for the stable ABI name the oldest Python that they are for.
        """
        if self._shape is not Shape.PEX:
            return ()
        return tuple(filter(None, map(_WHEEL_NAME.search, find_wheel_files(self._tree))))

    def _macos_floor(self) -> Floors | None:
        import plistlib  # 5 ms, for applications alone
        from xml.parsers.expat import ExpatError

        try:
            document = plistlib.loads(self._read("Contents/Info.plist").encode())
            text = str(document.get("LSMinimumSystemVersion", ""))
            return Floors(macos=parse_floor(text, subject="LSMinimumSystemVersion"))
        except (ValueError, AttributeError, ExpatError, ArchpipError):
            return None

    def _read(self, path: str) -> str:
        if path not in self._paths:
            return ""
        try:
            return read_text(self._tree, path)
        except WheelUnreadableError:
            return ""

    def _read_bytes(self, member: Member, length: int) -> bytes:
        try:
            with closing(self._tree.open(member.path)) as content:
                return content.read_at(0, length)
        except WheelUnreadableError:
            return b""

    def _read_binary(self, member: Member) -> Binary | None:
        try:
            with closing(self._tree.open(member.path)) as content:
                return read_binary(content, depth=Depth.HEADERS)
        except (WheelUnreadableError, BinaryFormatError):
            return None


def _find_suffix(path: str) -> re.Match[str] | None:
    """Match a module's suffix, fast: an environment has tens of thousands of other files."""
    return _SUFFIX.search(path) if path.endswith(_SUFFIX_ENDS) else None


def _find_python_folder(path: str) -> re.Match[str] | None:
    return _PYTHON_FOLDER.search(path) if "python" in path or "pypy" in path else None


def _elect_platform(tags: Iterable[Iterable[str]]) -> str:
    """Return the target that most of the platform tags of wheels name; empty if none does."""
    votes = Counter(
        text.format(found[1])
        for tag in chain.from_iterable(tags)
        for pattern, text in _STRICT_TAGS
        if (found := pattern.fullmatch(tag))
    )
    return next((name for name, _ in votes.most_common(1)), "")


def _platform_of(binary: Binary) -> str:
    """Return the target that a program runs on; a fat one needs both slices served."""
    system = _SYSTEMS.get(binary.format)
    names = sorted(binary.architectures)
    if system is None or not names:
        return ""
    return f"{system}-universal2" if len(names) > 1 else f"{system}-{names[0]}"
