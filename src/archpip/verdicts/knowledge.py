"""What is known of the world's naming habits, read from `rules/*.toml`.

The rules hold no names of projects, systems' libraries or words themselves: those stand in data
files, each with its source. This module gives them types.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cache
from pathlib import Path

from msgspec import Struct

from archpip.architecture import Architecture, OperatingSystem

# Not `importlib.resources`, which brings half of the standard library's modules for files.
_RULES = Path(__file__).with_name("rules")


class Words(Struct, frozen=True, kw_only=True):
    """Words in names that say which machine a binary is for."""

    pattern: re.Pattern[str]
    """Finds each word in a lower-case name; its text without separators is a key below."""
    architectures: Mapping[str, frozenset[Architecture]]
    """One of these is what the file needs; several for `arm`."""
    features: Mapping[str, frozenset[Architecture]]
    """`avx2`: the architectures whose members may have the feature."""
    systems: Mapping[str, OperatingSystem]


class Conventions(Struct, frozen=True, kw_only=True):
    """How projects lay out files that are not loaded into Python. All in lower case."""

    test_folders: frozenset[str]
    plugin_folders: frozenset[str]
    repair_folders: tuple[str, ...]
    data_suffixes: tuple[str, ...]
    data_folder_suffixes: tuple[str, ...]
    program_folder_suffixes: tuple[str, ...]
    program_suffixes: tuple[str, ...]
    library_suffixes: tuple[str, ...]
    executable_suffixes: tuple[str, ...]
    launchers: re.Pattern[str]
    """Base names of templates that an installer copies beside scripts."""


class Translator(Struct, frozen=True, kw_only=True):
    """What runs executables of one architecture on a machine of another."""

    name: str
    system: OperatingSystem
    runs: frozenset[Architecture]
    on: Architecture
    last: tuple[int, int] | None = None
    """The last one, where an end was announced."""
    seamless: bool = False
    """Part of every such system, so that nobody needs to be told."""

    @property
    def period(self) -> str:
        """For messages: until when it is there."""
        return f" (up to {self.system} {self.last[0]})" if self.last else ""


class Libraries(Struct, frozen=True, kw_only=True):
    """Names of libraries that the system or the interpreter brings; patterns for `match`."""

    windows_runtime: re.Pattern[str]
    macos_prefixes: tuple[str, ...]
    linux_system: re.Pattern[str]
    glibc: re.Pattern[str]
    musl: re.Pattern[str]
    exported: tuple[tuple[str, re.Pattern[str]], ...]
    """Project, and the symbols that its modules give to all that are loaded later."""


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((_RULES / name).read_text("utf-8"))


@cache
def words() -> Words:
    """Return the words of `rules/words.toml`."""
    data = _read("words.toml")
    architectures = {
        _bare(word): frozenset({Architecture(name)})
        for name, spellings in _table(data["architectures"])
        for word in spellings
    } | {
        _bare(word): frozenset(map(Architecture, names))
        for word, names in _table(data["ambiguous"])
    }
    features = {
        _bare(word): frozenset(map(Architecture, names)) for word, names in _table(data["features"])
    }
    systems = {
        _bare(word): OperatingSystem(name)
        for name, spellings in _table(data["systems"])
        for word in spellings
    }
    spellings = [
        word
        for section in ("architectures", "systems")
        for _, group in _table(data[section])
        for word in group
    ] + [word for section in ("ambiguous", "features") for word, _ in _table(data[section])]
    # The longest first: `x86_64` before `x86`.
    ordered = sorted(dict.fromkeys(spellings), key=lambda word: (-len(word), word))
    alternatives, glued = (
        "|".join(re.escape(word).replace("_", "[-_.]?") for word in group)
        for group in (ordered, _strings(data["glued"]))
    )
    return Words(
        pattern=re.compile(
            f"(?:(?<![a-z0-9])(?:{alternatives})|(?<=[a-z])(?:{glued}))(?![a-z0-9])"
        ),
        architectures=architectures,
        features=features,
        systems=systems,
    )


@cache
def conventions() -> Conventions:
    """Return the habits of `rules/conventions.toml`."""
    data = _read("conventions.toml")
    return Conventions(
        test_folders=frozenset(_strings(data["test_folders"])),
        repair_folders=_strings(data["repair_folders"]),
        plugin_folders=frozenset(_strings(data["plugin_folders"])),
        data_suffixes=_strings(data["data_suffixes"]),
        data_folder_suffixes=_strings(data["data_folder_suffixes"]),
        program_folder_suffixes=_strings(data["program_folder_suffixes"]),
        program_suffixes=_strings(data["program_suffixes"]),
        library_suffixes=_strings(data["library_suffixes"]),
        executable_suffixes=_strings(data["executable_suffixes"]),
        launchers=re.compile("|".join(_strings(data["launchers"]))),
    )


@cache
def translators() -> tuple[Translator, ...]:
    """Return the translators of `rules/translators.toml`, in the file's order."""
    entries = _tables(_read("translators.toml")["translator"])
    return tuple(
        Translator(
            name=str(entry["name"]),
            system=OperatingSystem(str(entry["system"])),
            runs=frozenset(map(Architecture, _strings(entry["from"]))),
            on=Architecture(str(entry["on"])),
            last=_version(entry["last"]) if "last" in entry else None,
            seamless=bool(entry.get("seamless", False)),
        )
        for entry in entries
    )


@cache
def libraries() -> Libraries:
    """Return the names of `rules/libraries.toml`."""
    data = _read("libraries.toml")
    return Libraries(
        windows_runtime=_globs(_strings(data["windows_runtime"])),
        macos_prefixes=_strings(data["macos_prefixes"]),
        linux_system=_globs(_strings(data["linux_system"])),
        glibc=_globs(_strings(data["glibc"])),
        musl=_globs(_strings(data["musl"])),
        exported=tuple(
            (str(entry["project"]), _globs(_strings(entry["symbols"])))
            for entry in _tables(data["exported"])
        ),
    )


def bare_word(text: str) -> str:
    """Return a word as the tables of `Words` are keyed: without separators."""
    return _bare(text)


def _bare(text: str) -> str:
    return re.sub("[-_.]", "", text)


def _globs(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)), re.IGNORECASE)


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)  # Our own data file is wrong; a test reads them all.
    return tuple(value)


def _version(value: object) -> tuple[int, int]:
    if not isinstance(value, str):
        raise TypeError(value)
    major, minor = value.split(".")
    return int(major), int(minor)


def _tables(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _table(value: object) -> Iterable[tuple[str, tuple[str, ...]]]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return [(key, _strings(entries)) for key, entries in value.items()]
