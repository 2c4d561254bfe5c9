"""Which versions demands leave of a project, found once for each combination of them.

A hard problem asks this a hundred thousand times, of projects with two thousand versions, and
mostly with one demand more or less than a moment ago. So the answer to a list of demands starts
from the answer to the list without its last, and each is worked out only as far as somebody has
read it: an easy problem looks at the first version alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.ladders import Catalogue


class Narrowing:
    """Remembers what combinations of demands leave. For one target, and one thread."""

    def __init__(self, versions: Callable[[Catalogue], Iterable[Version]]) -> None:
        """Take what returns a project's versions, most preferred first, no repeats."""
        self._versions = versions
        self._left: dict[tuple[NormalizedName, tuple[Demand, ...]], _Remembered] = {}

    def versions(self, catalogue: Catalogue, demands: Sequence[Demand]) -> Iterable[Version]:
        """Return the versions that all demands allow, most preferred first."""
        return self._narrow(catalogue, tuple(dict.fromkeys(demands)))

    def _narrow(self, catalogue: Catalogue, demands: tuple[Demand, ...]) -> "_Remembered":
        key = (catalogue.name, demands)
        left = self._left.get(key)
        if left is None:
            source: Iterator[Version]
            if demands:
                *others, last = demands
                source = filter(last.allows, self._narrow(catalogue, tuple(others)))
            else:
                source = iter(self._versions(catalogue))
            left = self._left[key] = _Remembered(source)
        return left


class _Remembered:
    """What an iterator yields, again and again; it is advanced as far as anybody reads."""

    def __init__(self, source: Iterator[Version]) -> None:
        self._source = source
        self._found: list[Version] = []

    def __iter__(self) -> Iterator[Version]:
        for position in count():
            if position == len(self._found):
                version = next(self._source, None)
                if version is None:
                    return
                self._found.append(version)
            yield self._found[position]
