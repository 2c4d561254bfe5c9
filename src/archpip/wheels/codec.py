"""Inspections as JSON, for the store: compact to write, strict to read.

An object has the keys of its class's fields, without those that have their default, or is a text
where only its one required field is left. Reading checks every key and type, so that a damaged or
foreign row is an error and never a half-empty inspection. The classes themselves are the schema:
whoever adds a field raises `READER_VERSION`.
"""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum, IntEnum
from functools import cache, lru_cache
from typing import Union, get_args, get_origin, get_type_hints

from archpip.wheels.errors import InvalidInspectionError
from archpip.wheels.model import Inspection

Decoder = Callable[[object], object]
Encoder = Callable[[object], object]


def inspection_to_json(inspection: Inspection) -> str:
    """Write an inspection as one line of JSON; equal inspections give equal text."""
    return json.dumps(_encode(inspection), ensure_ascii=False, separators=(",", ":"))


def inspection_from_json(text: str | bytes) -> Inspection:
    """Read what `inspection_to_json` wrote.

    Raises:
        InvalidInspectionError: It is no JSON, or not of an inspection of this version's shape.
    """
    try:
        value = _decoder_of(Inspection)(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidInspectionError(reason=str(error)) from error
    if not isinstance(value, Inspection):  # pragma: no cover - the decoder makes nothing else
        raise InvalidInspectionError(reason="another kind of value")
    return value


def _encode(value: object) -> object:
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if is_dataclass(value):
        kind = value.__class__
        encoded = {
            name: _encode(item)
            for name, default in _defaults_of(kind)
            if (item := getattr(value, name)) != default
        }
        short = _short_field(kind)
        return encoded[short] if short is not None and encoded.keys() == {short} else encoded
    return value.value if isinstance(value, Enum) else value


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
def _decoder_of(kind: object) -> Decoder:
    """Return what reads a JSON value as `kind`; it raises ValueError where that cannot be."""
    if get_origin(kind) in {Union, types.UnionType}:
        return _decode_optional(kind)
    if get_origin(kind) is tuple:
        return _decode_tuple(get_args(kind))
    if isinstance(kind, type):
        if is_dataclass(kind):
            return _decode_dataclass(kind)
        if issubclass(kind, Enum):
            return _decode_enum(kind)
        return _decode_scalar(kind)
    raise TypeError(kind)


def _decode_optional(kind: object) -> Decoder:
    (inner,) = (argument for argument in get_args(kind) if argument is not type(None))
    decode_inner = _decoder_of(inner)

    def decode(value: object) -> object:
        return None if value is None else decode_inner(value)

    return decode


def _decode_tuple(arguments: tuple[object, ...]) -> Decoder:
    item = _decoder_of(arguments[0])
    length = None if arguments[-1] is Ellipsis else len(arguments)

    def decode(value: object) -> object:
        if not isinstance(value, list) or length not in {None, len(value)}:
            raise ValueError(f"expected a list of {length or 'any number of'} items")
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


def _decode_scalar(kind: type) -> Decoder:
    def decode(value: object) -> object:
        if type(value) is not kind:  # bool is an int to isinstance
            raise ValueError(f"expected {kind.__name__}, found {value!r}")
        return value

    return decode


def _decode_dataclass(kind: type) -> Decoder:
    hints = get_type_hints(kind)
    decoders: Mapping[str, Decoder] = {name: _decoder_of(hints[name]) for name in hints}
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
