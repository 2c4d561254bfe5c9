"""Frozen values as JSON, to be stored between runs: fast to write, strictly checked when read.

Versions, specifiers, markers and paths are strings. Decoding checks required keys and all types, so
that a damaged or foreign row is an error and never a half-empty value. The classes themselves are
the schema: code that stores values must notice when they change.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path, PurePath
from threading import Lock
from typing import Any, TypeVar

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder
from packaging.specifiers import SpecifierSet
from packaging.version import Version

_T = TypeVar("_T")

_MAKING = Lock()

_READERS: dict[type, Callable[[str], object]] = {
    # A lock contains the same few versions and specifiers again and again.
    Version: lru_cache(maxsize=4096)(Version),
    SpecifierSet: lru_cache(maxsize=4096)(SpecifierSet),
    Path: Path,
}


def encode(value: object) -> bytes:
    """Return JSON; equal values give equal bytes.

    Mappings, sets and markers can be encoded, too, but not decoded: that is for values that are
    only compared.
    """
    return _encoder().encode(value)


def decode(content: str | bytes, kind: type[_T]) -> _T:
    """Decode the output of `encode`.

    Raises:
        ValueError: It is not JSON, or not a value of `kind`.
    """
    try:
        value: _T = _decoder_of(kind).decode(content)  # type: ignore[arg-type]  # a class has a hash
    except (MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return value


@cache
def _encoder() -> Encoder:
    return Encoder(enc_hook=_to_plain, order="deterministic")


@cache
def _decoder_of(kind: type) -> "Decoder[Any]":
    # msgspec notes on a class what its fields are before it has gone through all of them. A decoder
    # that another thread makes meanwhile relies on what is not there, and ends the process.
    with _MAKING:
        return Decoder(kind, dec_hook=_from_text)


def _to_plain(value: object) -> object:
    if isinstance(value, Version | SpecifierSet | PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    from packaging.markers import Marker  # its parser takes 10 ms, and few values have any

    if isinstance(value, Marker):
        return str(value)
    raise TypeError(value)


def _from_text(kind: type, value: object) -> object:
    if kind not in _READERS:
        raise TypeError(kind)
    if not isinstance(value, str):
        raise ValueError(f"expected a text, found {value!r}")  # noqa: TRY004  # one kind of error
    return _READERS[kind](value)


def as_mapping(value: object) -> Mapping[str, object]:
    """Return a parsed JSON or TOML value if it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a parsed JSON or TOML value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
