"""Which members of a wheel may be native binaries, judged by their names.

A far wheel's members cannot all be opened, so their names decide; a wheel at hand is sniffed more
widely. What a member really is, its bytes say (`archpip.binaries`).
"""

import re
from enum import Enum

from archpip.wheels.model import Member

_NATIVE_SUFFIXES = frozenset(
    (
        "so",  # ELF, and modules on macOS
        "dylib", "jnilib", "bundle",  # Mach-O
        "pyd", "dll", "exe", "sys", "ocx", "cpl",  # PE
        "node", "mexa64", "mexw64", "mexmaci64",  # plug-ins of other interpreters
        "a", "lib", "o", "obj",  # objects and archives of them
    )
)  # fmt: skip
_VERSIONED = re.compile(r"\.so(?:\.\w+)+$")
"""ELF libraries: `libfoo.so.1.2`."""

# What is text or data by its suffix, whatever its mode says: wheels built in a container often have
# the execute bit on every file.
_DATA_SUFFIXES = frozenset(
    """
    py pyi pyx pxd pxi pyc pth txt md rst html htm css js mjs cjs ts tsx jsx vue scss less map json
    jsonl json5 yaml yml toml cfg ini conf xml xsd xsl csv tsv sql sh bash bat cmd ps1 psm1 fish zsh
    awk rb pl pm tcl lua r jl h hh hpp hxx c cc cpp cxx cu cuh f f90 inc def ipp tpp s asm S m mm
    rs go java kt swift proto thrift fbs cmake pc in am ac mk j2 jinja jinja2 mako tmpl template
    png jpg jpeg gif svg ico icns bmp tif tiff webp ttf otf woff woff2 eot wav mp3 ogg mp4 webm
    pdf ps eps zip gz bz2 xz zst tar tgz whl egg jar war npy npz pkl pickle parquet feather h5 hdf5
    pdb wasm mo po pot gmo crt pem key lock log license ipynb typed cl glsl vert frag geojson nc dtd
    rng afm arff mat sav fits mplstyle pyf lark tpl orig
    """.split()  # noqa: SIM905 -- a hundred quoted words are not read by anybody
)

_PROGRAM_FOLDERS = re.compile(
    r"(?:^|/)(?:s?bin|libexec|[^/]+\.data/scripts|MacOS|[^/]+\.framework(?:/.*)?)/[^/]+$"
)

_TEXT_NAMES = re.compile(
    r"^(?:licen[cs]e|notice|copying|copyright|readme|change|authors|contributors|third|credits"
    r"|news|todo|thanks|version|makefile|dockerfile|install)",
    re.IGNORECASE,
)

_LARGE_BYTES = 16 * 1024
"""A file without a suffix that is larger is hardly a LICENSE, and may be a program."""


_EXTENSION_MODULE = re.compile(r"\.(?:pyd|(?:cpython|pypy|graalpy)[^./]*\.so|abi3t?\.so)$")


class Likelihood(Enum):
    """How likely a member is a native binary, by its name alone."""

    LIKELY = "likely"  # its suffix says so
    POSSIBLE = "possible"  # programs have such names, and scripts too
    UNLIKELY = "unlikely"  # data with a suffix that says nothing
    NONE = "none"  # text or data by its suffix


def is_data_by_name(name: str) -> bool:
    """Tell whether a file's name, without folders, says that it holds text or data."""
    stem, _, suffix = name.rpartition(".")
    # `libfoo.so.conf` may be a library of an odd version.
    return suffix.lower() in _DATA_SUFFIXES and bool(stem) and ".so." not in name.lower()


def is_native_by_name(name: str) -> bool:
    """Tell whether a file's name, without folders, promises native code."""
    lower = name.lower()
    _, dot, suffix = lower.rpartition(".")
    is_versioned = ".so." in lower and _VERSIONED.search(lower) is not None
    return (bool(dot) and suffix in _NATIVE_SUFFIXES) or is_versioned


def is_module_by_name(name: str) -> bool:
    """Tell whether a name says plainly that an interpreter is to load the file.

    A bare `.so` may be a script of the linker's.
    """
    return _EXTENSION_MODULE.search(name) is not None


def estimate_likelihood(member: Member) -> Likelihood:
    """Say how likely a member is a native binary."""
    path = member.path
    name = path.rpartition("/")[2]
    # An empty file is no binary, and where a module should be, that is to be told.
    if is_data_by_name(name) or not (member.size_bytes or is_module_by_name(name)):
        return Likelihood.NONE
    if is_native_by_name(name):
        return Likelihood.LIKELY
    if ".dist-info/" in path:
        return Likelihood.NONE
    if member.executable_bit or _PROGRAM_FOLDERS.search(path):
        return Likelihood.POSSIBLE
    if "." not in name and member.size_bytes > _LARGE_BYTES and not _TEXT_NAMES.match(name):
        return Likelihood.POSSIBLE
    return Likelihood.UNLIKELY
