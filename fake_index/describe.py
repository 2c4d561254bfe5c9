"""Turn TOML tables into the frozen descriptions of binaries.

A table has the fields of the dataclass that it describes. What is said most often has a short form:

| written | means |
|---|---|
| `"defined _x"`, `"flat _x"`, `"2 _x"` | a Mach-O symbol: defined, by flat lookup, of library 2 |
| `"defined x"`, `"undefined x"` | an ELF symbol |
| `"@rpath/libz.dylib"` | a Mach-O library that is simply loaded |
| `"KERNEL32.dll"` | a DLL that is imported |
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum

from fake_index.binaries import Description, native_binary
from fake_index.elf import Elf, ElfSymbol
from fake_index.macho import Dylib, FatMachO, MachO, MachOSymbol, defined, flat, undefined
from fake_index.pe import Pe, PeImport

Table = Mapping[str, object]


def _macho_symbol(text: str) -> MachOSymbol:
    how, name = text.split()
    if how == "defined":
        return defined(name)
    return flat(name) if how == "flat" else undefined(name, ordinal=int(how))


def _elf_symbol(text: str) -> ElfSymbol:
    how, name = text.split()
    return ElfSymbol(name=name, defined=how == "defined")


_SHORT_FORMS: Mapping[type, Callable[[str], object]] = {
    MachOSymbol: _macho_symbol,
    ElfSymbol: _elf_symbol,
    Dylib: lambda text: Dylib(name=text),
    PeImport: lambda text: PeImport(dll=text),
}

_FORMATS: Mapping[str, type] = {"macho": MachO, "fat": FatMachO, "elf": Elf, "pe": Pe}


def describe_binary(table: Table) -> Description:
    """Return what a table describes.

    The table has one key: `platform` for an ordinary module (`platform = "macos-arm64"`), or
    `macho`, `fat`, `elf` or `pe` with a table of that description's fields.

    Raises:
        ValueError: The table is not of that form, or names a field that there is not.
    """
    match dict(table):
        case {"platform": str(platform), **rest} if not rest:
            return native_binary(platform)
        case {**one} if len(one) == 1 and one.keys() <= _FORMATS.keys():
            ((name, fields),) = one.items()
            return typing.cast("Description", convert(fields, _FORMATS[name]))
    message = f"a binary is platform, macho, fat, elf or pe: {sorted(table)}"
    raise ValueError(message)


def convert(value: object, wanted: object) -> object:
    """Turn a TOML value into a value of a dataclass's field type.

    Raises:
        ValueError: It cannot be.
    """
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in {typing.Union, types.UnionType}:
        return _convert_union(value, arguments)
    if origin is tuple and isinstance(value, list):
        return _convert_items(value, arguments)
    if isinstance(wanted, type):
        if dataclasses.is_dataclass(wanted):
            return _convert_dataclass(value, wanted)
        if issubclass(wanted, StrEnum) and isinstance(value, str):
            return wanted(value)
        if isinstance(value, wanted):
            return value
    message = f"{value!r} is no {wanted}"
    raise ValueError(message)


def _convert_union(value: object, choices: tuple[object, ...]) -> object:
    """Return the value as the first of the types that it fits."""
    for choice in choices:
        try:
            return convert(value, choice)
        except (ValueError, TypeError):
            continue
    message = f"{value!r} is none of {choices}"
    raise ValueError(message)


def _convert_items(values: list[object], arguments: tuple[object, ...]) -> tuple[object, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(convert(each, arguments[0]) for each in values)
    return tuple(convert(each, one) for each, one in zip(values, arguments, strict=True))


def _convert_dataclass(value: object, wanted: type) -> object:
    if isinstance(value, str) and wanted in _SHORT_FORMS:
        return _SHORT_FORMS[wanted](value)
    if not isinstance(value, dict):
        message = f"{value!r} is no table of {wanted.__name__}"
        raise ValueError(message)  # noqa: TRY004 # every mistake in a scenario is a ValueError
    hints = typing.get_type_hints(wanted)
    unknown = value.keys() - hints.keys()
    if unknown:
        message = f"{wanted.__name__} has no {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return wanted(**{name: convert(each, hints[name]) for name, each in value.items()})
