"""Words for machines in names: `linux-arm64`, `libportaudio64bit`, `x86_64_v3`.

The words are in `rules/words.py`. A name is split at every character that is no letter or digit,
and its pieces are looked up: compiling a pattern of a hundred alternatives would take longer than
parsing all names of an environment.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct

from archpip.architecture import Architecture, OperatingSystem
from archpip.verdicts.rules import words

_PIECE = re.compile("[a-z0-9]+")
_WITHIN = frozenset(("_", "-", ".", ""))
"""The separators allowed between the pieces of a word that is written with `_`."""

_Pieces = tuple[str, ...]


class Word(Struct, frozen=True):
    """A word that was found."""

    start: int
    end: int
    """The position after its last character."""
    bare: str
    """Without separators, as the tables of `Vocabulary` are keyed."""


class Vocabulary(Struct, frozen=True, kw_only=True):
    """The words of `rules/words.py`, each without separators."""

    architectures: Mapping[str, frozenset[Architecture]]
    """By word, the architectures of which the file needs one; several for `arm`."""
    universal: frozenset[str]
    """The words that promise all of several architectures."""
    features: Mapping[str, frozenset[Architecture]]
    """`avx2`: the architectures whose members may have the feature."""
    systems: Mapping[str, OperatingSystem]
    spellings: Mapping[str, tuple[_Pieces, ...]]
    """All spellings of words by their first piece, the longest first."""
    glued: tuple[_Pieces, ...]
    """The spellings of words that also count at the end of a piece, the longest first."""
    glued_starts: tuple[str, ...]
    """The first pieces of those."""


@cache
def vocabulary() -> Vocabulary:
    """Return the words, ready to be looked up."""
    architectures = {
        _bare(w): frozenset(those)
        for those, ws in (
            *(((one,), ws) for one, ws in words.ARCHITECTURES.items()),
            *words.UNIVERSAL.items(),
            *words.AMBIGUOUS.items(),
        )
        for w in ws.split()
    }
    features = {_bare(w): frozenset(of) for of, ws in words.FEATURES.items() for w in ws.split()}
    systems = {_bare(w): system for system, ws in words.SYSTEMS.items() for w in ws.split()}
    tables = (
        words.ARCHITECTURES,
        words.UNIVERSAL,
        words.AMBIGUOUS,
        words.FEATURES,
        words.SYSTEMS,
    )
    texts = [text for table in tables for text in table.values()]
    spellings: dict[str, list[_Pieces]] = {}
    for pieces in _spell(" ".join(texts)):
        spellings.setdefault(pieces[0], []).append(pieces)
    glued = _spell(words.GLUED)
    return Vocabulary(
        architectures=architectures,
        universal=frozenset(_bare(w) for ws in words.UNIVERSAL.values() for w in ws.split()),
        features=features,
        systems=systems,
        spellings={start: tuple(ways) for start, ways in spellings.items()},
        glued=glued,
        glued_starts=tuple({pieces[0] for pieces in glued}),
    )


def find_words(text: str) -> Iterator[Word]:
    """Yield the words in a lower-case name, from left to right, without overlaps."""
    known = vocabulary()
    pieces = list(_PIECE.finditer(text))
    position = 0
    while position < len(pieces):
        piece = pieces[position].group()
        skipped = 0
        ways: Iterable[_Pieces] = known.spellings.get(piece, ())
        found = next((way for way in ways if _follows(text, pieces, position, way)), None)
        if found is None and piece.endswith(known.glued_starts):
            found = next((w for w in known.glued if _ends(text, pieces, position, w)), None)
            skipped = len(piece) - len(found[0]) if found else 0
        if found is None:
            position += 1
            continue
        start = pieces[position].start() + skipped
        position += len(found)
        yield Word(start, pieces[position - 1].end(), "".join(found))


def _follows(text: str, pieces: list[re.Match[str]], position: int, way: _Pieces) -> bool:
    """Return whether the pieces after the first match a word's, separated at most as `_` allows."""
    for piece in way[1:]:
        position += 1
        if position == len(pieces) or pieces[position].group() != piece:
            return False
        if text[pieces[position - 1].end() : pieces[position].start()] not in _WITHIN:
            return False
    return True


def _ends(text: str, pieces: list[re.Match[str]], position: int, way: _Pieces) -> bool:
    """Return whether a word begins within a piece, after a letter."""
    rest = pieces[position].group().removesuffix(way[0])
    glued = rest[-1:].isalpha() and len(rest) < len(pieces[position].group())
    return glued and _follows(text, pieces, position, way)


def _spell(text: str) -> tuple[_Pieces, ...]:
    """Return every spelling of the words of a text, the longest word first.

    Parts joined by `_` may also be one piece: `x86_64` is (x86, 64) or (x8664,).
    """
    ways: dict[_Pieces, None] = {}
    for word in sorted(text.split(), key=lambda word: (-len(word), word)):
        found: list[_Pieces] = [()]
        for part in word.split("_"):
            joined = [(*way[:-1], way[-1] + part) for way in found if way]
            found = [(*way, part) for way in found] + joined
        ways.update(dict.fromkeys(found))
    return tuple(ways)


def _bare(word: str) -> str:
    return word.replace("_", "")
