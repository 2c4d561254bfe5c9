"""Stand-ins for a newer glibc that offer an older one's symbols, so that wheels run on both.

A linker takes the newest version of each symbol that the sysroot's glibc has: `pthread_create` of
2.34, where the one of 2.17 would do and is still there for old programs. A stand-in library is
empty but for names, and names the newest version that the floor has. Linked against it, code
asks for no more than that; at run time the real library serves.

What the floor lacks keeps its own, newer version: the built wheel then says so, and the check
finds it. Functions that glibc 2.34 moved into libc are offered where they were before. Headers
since 2.33 call `stat` and its like where older ones called `__xstat`: those come as a small static
library, with what GCC's static libstdc++ takes from a newer glibc where an older one would do.

Source: glibc `NEWS` for 2.33 and 2.34; GNU as manual, `.symver`; GNU ld manual, "VERSION Command".
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from archpip.architecture import Architecture

_LINE = re.compile(
    r"^\s*\d+:\s+[0-9a-f]+\s+(?P<size>\w+)\s+(?P<kind>FUNC|IFUNC|OBJECT|NOTYPE)\s+(?:GLOBAL|WEAK)"
    r"\s+DEFAULT\s+(?:\[.*\]\s+)?(?P<section>\w+)\s+(?P<name>[\w.$]+)@@?GLIBC_(?P<version>[\d.]+)$"
)
_MERGED = (2, 34)
"""glibc 2.34 moved libpthread, libdl, librt, libutil and libanl into libc."""

_FORMER_HOMES = (
    ("libpthread.so.0", re.compile(r"_{0,2}pthread_|sem_|cnd_|mtx_|thrd_|tss_|call_once")),
    ("libdl.so.2", re.compile(r"dl")),
    ("librt.so.1", re.compile(r"(?:__)?mq_|aio_|lio_|timer_|shm_")),
    ("libutil.so.1", re.compile(r"openpty|forkpty|log(?:in|out|wtmp)")),
    ("libanl.so.1", re.compile(r"gai_|getaddrinfo_a")),
)
FORMER_LIBRARIES = tuple(name for name, _ in _FORMER_HOMES)

# Since 2.34, crt1.o no longer brings what the older function needs: a program linked so would not
# start on an older system, so programs keep the newer version.
_NEVER_LOWERED = frozenset({"__libc_start_main"})

# The first argument of `__xstat`: glibc `bits/stat.h`, _STAT_VER.
_STAT_VERSIONS = {
    Architecture.X86_64: 1,
    Architecture.I686: 3,
    Architecture.ARM64: 0,
    Architecture.ARMV7L: 3,
    Architecture.PPC64LE: 1,
    Architecture.S390X: 1,
    Architecture.RISCV64: 0,
}
_STAT_PARAMETERS = {"stat": "const char *", "lstat": "const char *", "fstat": "int "}
_OLD_NAMES = {"stat": "xstat", "lstat": "lxstat", "fstat": "fxstat"}
_STAT_SINCE = (2, 33)
_SINGLE_THREADED_SINCE = (2, 32)
_GETRANDOM_SINCE = (2, 25)
_ARC4RANDOM_SINCE = (2, 36)

_VISIBLE = '__attribute__((visibility("default")))'
_STAT_FUNCTION = """\
extern int __{old}(int, {parameter}, struct {struct} *) {visible};
int {name}({parameter}x, struct {struct} *s) {{ return __{old}({version}, x, s); }}
"""
_FSTATAT = """\
extern int __fxstatat{end}(int, int, const char *, struct stat{end} *, int) {visible};
int fstatat{end}(int d, const char *x, struct stat{end} *s, int f) {{
  return __fxstatat{end}({version}, d, x, s, f);
}}
"""
_ARC4RANDOM = f"""\
extern long getrandom(void *, unsigned long, unsigned int) {_VISIBLE};
unsigned int arc4random(void) {{
  unsigned int value;
  while (getrandom(&value, sizeof value, 0) != sizeof value) {{}}
  return value;
}}"""


class LibrarySymbol(Struct, frozen=True, kw_only=True):
    """One name that a shared library offers in one version."""

    name: str
    version: tuple[int, ...]
    size_bytes: int
    is_function: bool


def parse_symbols(text: str) -> tuple[LibrarySymbol, ...]:
    """Read what a library defines from `readelf --dyn-syms -W`, in file order.

    Names without a public GLIBC version (private ones, thread-local ones) are left out.
    """
    found = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match and match["section"] not in {"UND", "ABS"}:
            symbol = LibrarySymbol(
                name=match["name"],
                version=tuple(map(int, match["version"].split("."))),
                size_bytes=int(match["size"], 0),
                is_function=match["kind"] != "OBJECT",
            )
            found.append(symbol)
    return tuple(found)


def lower_symbols(
    symbols: Iterable[LibrarySymbol], floor: tuple[int, int]
) -> tuple[LibrarySymbol, ...]:
    """Choose one version of each name: the newest that the floor has, or else the oldest.

    Sorted by name.
    """
    versions: dict[str, list[LibrarySymbol]] = {}
    for symbol in symbols:
        versions.setdefault(symbol.name, []).append(symbol)
    return tuple(_choose(versions[name], floor) for name in sorted(versions))


def _choose(versions: list[LibrarySymbol], floor: tuple[int, int]) -> LibrarySymbol:
    ordered = sorted(versions, key=lambda symbol: symbol.version)
    if ordered[0].name in _NEVER_LOWERED:
        return ordered[-1]
    old_enough = [symbol for symbol in ordered if symbol.version <= floor]
    return old_enough[-1] if old_enough else ordered[0]


def split_by_home(
    chosen: Sequence[LibrarySymbol], newest: Iterable[LibrarySymbol], floor: tuple[int, int]
) -> dict[str, tuple[LibrarySymbol, ...]]:
    """Say which library offered each name at the floor: libc, or one that it took in at 2.34.

    Args:
        chosen: What `lower_symbols` chose of libc's symbols.
        newest: All of libc's symbols; the ones that were moved have a version of 2.34 too.
        floor: The floor.
    """
    moved = {symbol.name for symbol in newest if symbol.version == _MERGED}
    homes: dict[str, list[LibrarySymbol]] = {"libc.so.6": []}
    homes.update({name: [] for name in FORMER_LIBRARIES})
    for symbol in chosen:
        home = "libc.so.6"
        if floor < _MERGED and symbol.name in moved and symbol.version < _MERGED:
            home = next((lib for lib, names in _FORMER_HOMES if names.match(symbol.name)), home)
        homes[home].append(symbol)
    return {name: tuple(symbols) for name, symbols in homes.items()}


def write_assembly(symbols: Sequence[LibrarySymbol]) -> str:
    """Return assembler source that defines each name in its version, with nothing behind it."""
    lines = ['.section .note.GNU-stack,"",%progbits']
    for number, symbol in enumerate(symbols):
        label = f"archpip_{number}"
        kind, section = ("FUNC", ".text") if symbol.is_function else ("OBJECT", ".data")
        size = max(symbol.size_bytes, 1)
        lines += [
            section,
            f".globl {label}",
            f".type {label}, STT_{kind}",
            f"{label}: .skip {size if kind == 'OBJECT' else 4}",
            f".size {label}, {size}",
            f".symver {label}, {symbol.name}@@{_version_name(symbol)}",
        ]
    return "".join(f"{line}\n" for line in lines)


def write_version_script(symbols: Iterable[LibrarySymbol]) -> str:
    """Return a linker's version script with a node for each version, oldest first."""
    seen = {symbol.version: symbol for symbol in symbols}
    script, before = "", ""
    for version in sorted(seen):
        name = _version_name(seen[version])
        body = " local: archpip_*;" if not before else ""
        script += f"{name} {{{body} }}{before};\n"
        before = f" {name}"
    return script


def write_libc_script(*, folder: str, libc_static: str, loader: str, compatibility: str) -> str:
    """Return `libc.so`, which is a linker script in every glibc.

    Args:
        folder: Where the stand-ins lie.
        libc_static: The sysroot's `libc_nonshared.a`.
        loader: The sysroot's dynamic loader, which defines names of its own.
        compatibility: The static library of `stat` and its like.
    """
    former = " ".join(f"{folder}/{name}" for name in FORMER_LIBRARIES)
    return (
        f"GROUP ( {compatibility} {folder}/libc.so.6 {libc_static} "
        f"AS_NEEDED ( {former} {loader} ) )\n"
    )


def write_compatibility_source(architecture: Architecture, floor: tuple[int, int]) -> str:
    """Return C source for what newer headers, and GCC's static libstdc++, use above the floor.

    Every name is hidden: it serves only the code that it is linked into.
    """
    parts = ["#pragma GCC visibility push(hidden)", "typedef int archpip_nothing;"]
    if floor < _STAT_SINCE:
        parts.append(_stat_functions(_STAT_VERSIONS[architecture]))
    if floor < _SINGLE_THREADED_SINCE:
        # A hint that no thread was ever started; false is always safe.
        parts.append("char __libc_single_threaded = 0;")
    if _GETRANDOM_SINCE <= floor < _ARC4RANDOM_SINCE:
        parts.append(_ARC4RANDOM)
    return "\n".join((*parts, "#pragma GCC visibility pop", ""))


def _stat_functions(version: int) -> str:
    text = "struct stat; struct stat64;\n"
    for end in ("", "64"):
        for name, parameter in _STAT_PARAMETERS.items():
            text += _STAT_FUNCTION.format(
                name=name + end,
                old=_OLD_NAMES[name] + end,
                struct=f"stat{end}",
                parameter=parameter,
                version=version,
                visible=_VISIBLE,
            )
        text += _FSTATAT.format(end=end, version=version, visible=_VISIBLE)
    return text


def _version_name(symbol: LibrarySymbol) -> str:
    return "GLIBC_" + ".".join(map(str, symbol.version))
