"""Facts from a member's path alone: where it is installed, what loads it, which machine it names.

Nothing here knows a binary's content. Each path is parsed once; the results are cached.
"""

import keyword
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from archpip.architecture import Architecture, OperatingSystem
from archpip.verdicts.rules import conventions
from archpip.verdicts.vocabulary import Word, find_words, vocabulary

# PEP 3149 and PEP 425 tags of extension modules. A stem with another dot in it is never imported.
_MODULE = re.compile(
    r"(?P<stem>[^.]+)"
    r"(?P<suffix>(?:\.(?P<tag>(?:cpython|pypy|graalpy)[-\d][^.]*|abi3t?(?:-[^.]*)?|(?:cp|pp)\d[^.]*))?\.(?:so|pyd))"
)
# `libfoo.so.1.2`, `libfoo.1.2.dylib`, `foo.dll`: suffix and version, which are no part of the stem.
_LIBRARY_ENDING = re.compile(
    r"(?:(?:\.\d{1,9}){0,4}\.dylib|\.(?:so|dylib)(?:\.\d+)*|\.dll|\.pyd|\.bundle|\.jnilib|\.exe)$"
)
_SEPARATORS = re.compile(r"(?<=[^-_. ])[-_. ]+")
_SET_OFF = re.compile(r"[-_. ]*\0[-_. \0]*")
_NONE = frozenset[Architecture]()

PathFolders = frozenset[tuple[str, ...]]
"""Folders that a wheel adds to `sys.path`, each in its parts."""


class Scheme(StrEnum):
    """Where the installer puts a member (wheel format, §the .data directory)."""

    LIBRARY = "lib"  # purelib and platlib: on `sys.path`
    SCRIPTS = "scripts"
    DATA = "data"
    HEADERS = "headers"


class MemberName(Struct, frozen=True, kw_only=True):
    """The parsed path of one member."""

    path: str
    scheme: Scheme
    folders: tuple[str, ...]
    """Its installed folders, below the scheme's folder or one that a `.pth` file adds."""
    basename: str
    stem: str
    """The base name without suffix, tag and version, as written."""
    suffix: str
    """The suffix that importlib would match: `.cpython-311-darwin.so`, `.so`; empty if none."""
    importable: bool
    """Whether it is importable, provided that its suffix is one of the interpreter's."""
    suffix_architectures: frozenset[Architecture]
    architectures: frozenset[Architecture]
    """Named in folders or stem, without the suffix; empty if the name is neutral."""
    promised: frozenset[Architecture]
    """Those of them that a word promises, as `arm64` and `universal2` do and `arm` does not."""
    features: frozenset[Architecture]
    """The architectures with the CPU features that are named; empty if none is named."""
    systems: frozenset[OperatingSystem]
    family: tuple[str, ...]
    """Folders and stem without such words: equal for files that do the same on other machines."""
    in_tests: bool
    linked_against: bool
    """Whether its folder is one that compilers search for libraries, but no loader does."""
    in_plugins: bool
    repaired: bool
    """Whether its folder is one where repair tools put the libraries that modules link."""

    @property
    def module(self) -> str:
        """Its dotted import name."""
        return ".".join((*self.folders, self.stem))

    @property
    def tagged(self) -> bool:
        """Whether its suffix shows that only an interpreter loads it."""
        return self.suffix not in {"", ".so"}


@lru_cache(maxsize=16384)
def read_name(path: str, path_folders: PathFolders = frozenset()) -> MemberName:
    """Parse a member's path.

    Args:
        path: The path in the archive.
        path_folders: The folders from which modules are imported beside the installation's.
    """
    scheme, parts = installed_parts(path)
    *folders, basename = parts
    match = _MODULE.fullmatch(basename)
    stem = match["stem"] if match else _library_stem(basename)
    suffix = match["suffix"] if match else ""
    # A folder such as `pkg.libs` belongs to the project, and names no machine by its ending.
    lower_folders = [folder.lower() for folder in folders]
    in_folders, in_stem = [_read_part(folder) for folder in lower_folders], _read_part(stem.lower())
    in_name = (*in_folders, in_stem)
    telling = [part for part in in_name if part.says]  # few do
    promised = _NONE.union(*(part.promised for part in telling)) or _NONE.union(
        *(part.universal for part in telling)
    )
    imported_from = below_path_folder(folders, path_folders)
    return MemberName(
        path=path,
        scheme=scheme,
        folders=imported_from,
        basename=basename,
        stem=stem,
        suffix=suffix,
        importable=bool(match)
        and scheme is Scheme.LIBRARY
        and all(map(_is_identifier, imported_from))
        # mypyc imports by a hash, which no statement could.
        and (_is_identifier(stem) or stem.endswith(conventions.SHARED_BY_COMPILED)),
        suffix_architectures=_read_part(suffix.lower()).architectures,
        architectures=promised or _NONE.union(*(part.architectures for part in telling)),
        promised=promised,
        features=_NONE.union(*(part.features for part in telling)),
        systems=frozenset[OperatingSystem]().union(*(part.systems for part in telling)),
        # A stem that is only a word for a machine still keeps its place in the folder.
        family=(
            *(part.family for part in in_folders if part.family),
            in_stem.family.removeprefix("lib") or in_stem.family or "*",
        ),
        in_tests=not conventions.TEST_FOLDERS.isdisjoint(lower_folders),
        linked_against=not conventions.LINKED_AGAINST_FOLDERS.isdisjoint(lower_folders),
        repaired=any(folder.endswith(conventions.REPAIR_FOLDERS) for folder in lower_folders),
        in_plugins=not conventions.PLUGIN_FOLDERS.isdisjoint(lower_folders),
    )


def installed_parts(path: str) -> tuple[Scheme, list[str]]:
    """Return where the installer puts a member: the scheme, and its path parts below it."""
    parts = [part for part in path.split("/") if part] or [path]
    head, *rest = parts
    if head.endswith(".data") and len(rest) > 1:
        schemes = {"purelib": Scheme.LIBRARY, "platlib": Scheme.LIBRARY}
        others = {scheme.value: scheme for scheme in (Scheme.SCRIPTS, Scheme.DATA, Scheme.HEADERS)}
        scheme = (schemes | others).get(rest[0])
        if scheme is not None:
            return scheme, rest[1:]
    return Scheme.LIBRARY, parts


def below_path_folder(folders: Sequence[str], path_folders: PathFolders) -> tuple[str, ...]:
    """Return a module's folders below the longest folder on `sys.path` that holds it."""
    own = tuple(folders)
    for depth in range(len(own), 0, -1) if path_folders else ():
        if own[:depth] in path_folders:
            return own[depth:]
    return own


def above_machine(name: MemberName) -> tuple[str, ...] | None:
    """Return the folders above the first one that names a machine; `None` if none does."""
    for position, folder in enumerate(name.folders):
        if _read_part(folder.lower()).says:
            return name.folders[:position]
    return None


def _is_identifier(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _library_stem(basename: str) -> str:
    return _LIBRARY_ENDING.sub("", basename, count=1)


class _Part(Struct, frozen=True, kw_only=True):
    """The words for machines in one folder's name or stem, in lower case."""

    says: bool
    """Whether it contains any word for a machine."""
    architectures: frozenset[Architecture]
    promised: frozenset[Architecture]
    """Those that a word names alone."""
    universal: frozenset[Architecture]
    """Those that one word names all together."""
    features: frozenset[Architecture]
    systems: frozenset[OperatingSystem]
    family: str
    """Without words for machines."""


@lru_cache(maxsize=4096)
def _read_part(text: str) -> _Part:
    known = vocabulary()
    found = list(find_words(text))
    named = [known.architectures[w.bare] for w in found if w.bare in known.architectures]
    return _Part(
        says=bool(found),
        architectures=_NONE.union(*named),
        promised=_NONE.union(*(fits for fits in named if len(fits) == 1)),
        universal=_NONE.union(
            *(known.architectures[w.bare] for w in found if w.bare in known.universal)
        ),
        features=_NONE.union(*(known.features.get(word.bare, _NONE) for word in found)),
        systems=frozenset(known.systems[w.bare] for w in found if w.bare in known.systems),
        family=_cut_out(text, found),
    )


def _cut_out(text: str, found: Sequence[Word]) -> str:
    # A word goes together with the separators that set it off, so that `_x64_a` and `a` stay apart
    # only where they were apart before: `_a` and `a` are two modules.
    if found:
        for word in reversed(found):
            text = f"{text[: word.start]}\0{text[word.end :]}"
        text = _SET_OFF.sub("\0", text).strip("\0").replace("\0", "_")
    return _SEPARATORS.sub("_", text)
