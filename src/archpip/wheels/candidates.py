"""Select the members of a wheel that may be native binaries, by their names.

A remote wheel's members cannot all be opened, so their names decide; of a local wheel, more members
are checked. What a member really is, is read from its bytes (`archpip.binaries`).
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

DATA_SUFFIXES = frozenset(
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
"""Lower-case suffixes of text or data, whatever the file's mode: wheels built in a container often
have the execute bit on every file."""

_PROGRAM_FOLDERS = re.compile(
    r"(?:^|/)(?:s?bin|libexec|[^/]+\.data/scripts|MacOS|[^/]+\.framework(?:/.*)?)/[^/]+$"
)

_TEXT_NAMES = re.compile(
    r"^(?:licen[cs]e|notice|copying|copyright|readme|change|authors|contributors|third|credits"
    r"|news|todo|thanks|version|makefile|dockerfile|install)",
    re.IGNORECASE,
)

_LARGE_BYTES = 16 * 1024
"""A larger file without a suffix is hardly a LICENSE, and may be a program."""


_EXTENSION_MODULE = re.compile(r"\.(?:pyd|(?:cpython|pypy|graalpy)[^./]*\.so|abi3t?\.so)$")


class Likelihood(Enum):
    """How likely a member is a native binary, by its name alone."""

    LIKELY = "likely"  # its suffix says so
    POSSIBLE = "possible"  # programs have such names, and scripts too
    UNLIKELY = "unlikely"  # data with a suffix that says nothing
    NONE = "none"  # text or data by its suffix


def is_data_by_name(name: str) -> bool:
    """Return whether a file's name, without folders, has a suffix of text or data."""
    stem, _, suffix = name.rpartition(".")
    # `libfoo.so.conf` may be a library of an odd version.
    return suffix.lower() in DATA_SUFFIXES and bool(stem) and ".so." not in name.lower()


def is_native_by_name(name: str) -> bool:
    """Return whether a file's name, without folders, has a suffix of native code."""
    lower = name.lower()
    _, dot, suffix = lower.rpartition(".")
    is_versioned = ".so." in lower and _VERSIONED.search(lower) is not None
    return (bool(dot) and suffix in _NATIVE_SUFFIXES) or is_versioned


def is_module_by_name(name: str) -> bool:
    """Return whether a name is certainly that of an extension module.

    A plain `.so` may be a linker script.
    """
    return _EXTENSION_MODULE.search(name) is not None


def estimate_likelihood(member: Member) -> Likelihood:
    """Return how likely a member is a native binary."""
    path = member.path
    name = path.rpartition("/")[2]
    # An empty file is not a binary, but an empty extension module must be reported.
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
