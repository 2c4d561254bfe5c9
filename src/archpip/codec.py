"""Frozen values as JSON, for what is kept between runs: compact to write, strict to read.

An object has the keys of its class's fields, without those that have their default, or is a text
where only its one required field is left. Versions, specifiers and moments are texts. Reading
checks every key and type, so that a damaged or foreign row is an error and never a half-empty
value. The classes themselves are the schema: who keeps values must know when they change.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum, IntEnum
from functools import cache, lru_cache
from pathlib import PurePath
from typing import NewType, Union, get_args, get_origin, get_type_hints

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

Decoder = Callable[[object], object]

_TEXTS: dict[type, Callable[[str], object]] = {
    # A lock holds the same few versions and specifiers again and again.
    Version: lru_cache(maxsize=4096)(Version),
    SpecifierSet: lru_cache(maxsize=4096)(SpecifierSet),
    datetime: datetime.fromisoformat,
}


def encode(value: object) -> object:
    """Return what `json` writes for a value; equal values give equal texts.

    Mappings, sets, markers and paths can be written, too, but not read back: that is for values
    that are only compared.
    """
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if is_dataclass(value):
        return _encode_dataclass(value)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    return _encode_other(value)


def _encode_other(value: object) -> object:
    if isinstance(value, Mapping):
        return sorted([str(key), encode(item)] for key, item in value.items())
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Version | SpecifierSet | Marker | PurePath):
        return str(value)
    raise TypeError(value)


def _encode_dataclass(value: object) -> object:
    kind: type = type(value)
    encoded = {
        name: encode(item)
        for name, default in _defaults_of(kind)
        if (item := getattr(value, name)) != default
    }
    short = _short_field(kind)
    return encoded[short] if short is not None and encoded.keys() == {short} else encoded


@cache
def _defaults_of(kind: type) -> tuple[tuple[str, object], ...]:
    """Return (field, its default) in order; `MISSING` where it has none."""
    if not is_dataclass(kind):  # pragma: no cover - called for dataclasses only
        raise TypeError(kind)
    return tuple((field.name, field.default) for field in fields(kind))


@cache
def _short_field(kind: type) -> str | None:
    """Return the one field that must be given, where it is a text that can stand for the whole.

    Most of what is written are libraries that a binary needs, and those are mostly just a name.
    """
    required = [name for name, default in _defaults_of(kind) if default is MISSING]
    is_text = len(required) == 1 and get_type_hints(kind)[required[0]] is str
    return required[0] if is_text else None


@cache
def decoder_of(kind: object) -> Decoder:
    """Return what reads what `json` read as a `kind`; it raises ValueError where that cannot be."""
    if get_origin(kind) in {Union, types.UnionType}:
        return _decode_optional(kind)
    if get_origin(kind) is tuple:
        return _decode_tuple(get_args(kind))
    if isinstance(kind, NewType):
        return decoder_of(kind.__supertype__)
    if isinstance(kind, type):
        if is_dataclass(kind):
            return _decode_dataclass(kind)
        if issubclass(kind, Enum):
            return _decode_enum(kind)
        return _decode_text(_TEXTS[kind]) if kind in _TEXTS else _decode_scalar(kind)
    raise TypeError(kind)


def _decode_optional(kind: object) -> Decoder:
    (inner,) = (argument for argument in get_args(kind) if argument is not type(None))
    decode_inner = decoder_of(inner)

    def decode(value: object) -> object:
        return None if value is None else decode_inner(value)

    return decode


def _decode_tuple(arguments: tuple[object, ...]) -> Decoder:
    if arguments[-1] is Ellipsis:
        return _decode_items(decoder_of(arguments[0]))
    decoders = tuple(map(decoder_of, arguments))

    def decode(value: object) -> object:
        if not isinstance(value, list) or len(value) != len(decoders):
            raise ValueError(f"expected a list of {len(decoders)} items")
        return tuple([item(entry) for item, entry in zip(decoders, value, strict=True)])

    return decode


def _decode_items(item: Decoder) -> Decoder:
    def decode(value: object) -> object:
        if not isinstance(value, list):
            raise ValueError("expected a list")  # noqa: TRY004  # one kind of error
        return tuple([item(entry) for entry in value])  # a list first: twice as fast

    return decode


def _decode_enum(kind: type[Enum]) -> Decoder:
    values = {member.value: member for member in kind}
    scalar = int if issubclass(kind, IntEnum) else str

    def decode(value: object) -> object:
        if type(value) is not scalar or value not in values:
            raise ValueError(f"{value!r} is no {kind.__name__}")
        return values[value]

    return decode


def _decode_text(parse: Callable[[str], object]) -> Decoder:
    def decode(value: object) -> object:
        if not isinstance(value, str):
            raise ValueError(f"expected a text, found {value!r}")  # noqa: TRY004  # one kind of error
        return parse(value)

    return decode


def _decode_scalar(kind: type) -> Decoder:
    def decode(value: object) -> object:
        if type(value) is not kind:  # bool is an int to isinstance
            raise ValueError(f"expected {kind.__name__}, found {value!r}")
        return value

    return decode


def _decode_dataclass(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    decoders: Mapping[str, Decoder] = {name: decoder_of(hints[name]) for name in hints}
    required = {name for name, default in _defaults_of(kind) if default is MISSING}
    short = _short_field(kind)

    @lru_cache(maxsize=4096)
    def decode_short(field: str, text: str) -> object:
        return kind(**{field: text})

    def decode(value: object) -> object:
        if short is not None and isinstance(value, str):
            return decode_short(short, value)
        if not isinstance(value, dict) or not required <= value.keys() <= decoders.keys():
            raise ValueError(f"not the keys of {kind.__name__}")
        return kind(**{name: decoders[name](item) for name, item in value.items()})

    return decode
