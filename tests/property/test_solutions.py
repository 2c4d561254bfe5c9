"""What a resolution promises, over small random worlds, against a search of all combinations."""

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from archpip.index import Link
from archpip.resolution import NoSolutionError, Releases, WheelFacts, resolve
from tests.unit.resolution.fake_world import FakeWorld, ignore, make_target, wanted

NAMES = ("a", "b", "c", "d")
VERSIONS = ("3.0", "2.0", "1.0")
Graph = Mapping[tuple[str, str], tuple[str, ...]]
"""(project, version) to its requirements."""

REQUIREMENTS = st.builds(
    lambda name, bound: f"{name}{bound}",
    st.sampled_from(NAMES),
    st.sampled_from(["", ">=2", "<3", "<2", "==2.0", "!=3.0"]),
)
GRAPHS = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VERSIONS)),
    st.lists(REQUIREMENTS, max_size=2).map(tuple),
    min_size=3,
)
ROOTS = st.lists(REQUIREMENTS, min_size=1, max_size=3)


@dataclass
class SlowWorld(FakeWorld):
    """Answers some questions late."""

    late: frozenset[str] = frozenset()

    def releases(self, name: str) -> Releases:
        if name in self.late:
            time.sleep(0.002)
        return super().releases(name)  # type: ignore[arg-type]  # likewise

    def wheel(self, link: Link, *, inspect: bool, on_metadata: object = ignore) -> WheelFacts:
        if link.filename[0] in self.late:
            time.sleep(0.002)
        return super().wheel(link, inspect=inspect, on_metadata=on_metadata)  # type: ignore[arg-type]  # likewise


def answer(graph: Graph, roots: list[str], *, late: frozenset[str]) -> dict[str, str] | None:
    world = SlowWorld(late=late)
    for (name, version), requires in graph.items():
        world.add(
            f"{name}-{version}-py3-none-any.whl", requires=[r for r in requires if r[0] != name]
        )
    try:
        found = resolve(wanted(*roots), target=make_target(), world=world)
    except NoSolutionError:
        return None
    return {pin.name: str(pin.version) for pin in found.pins}


def is_solution(pins: Mapping[str, str], graph: Graph, roots: list[str]) -> bool:
    asked = list(map(Requirement, roots))
    for name, version in pins.items():
        asked += [Requirement(r) for r in graph[name, version] if r[0] != name]
    return all(r.name in pins and r.specifier.contains(pins[r.name]) for r in asked)


def is_solvable(graph: Graph, roots: list[str]) -> bool:
    choices = [[None, *(v for v in VERSIONS if (name, v) in graph)] for name in NAMES]
    return any(
        is_solution({n: v for n, v in zip(NAMES, chosen, strict=True) if v}, graph, roots)
        for chosen in itertools.product(*choices)
    )


@settings(max_examples=60)
@given(GRAPHS, ROOTS, st.frozensets(st.sampled_from(NAMES)))
def test_an_answer_satisfies_all_and_none_means_none(
    graph: Graph, roots: list[str], late: frozenset[str]
) -> None:
    found = answer(graph, roots, late=late)

    if found is None:
        assert not is_solvable(graph, roots)
    else:
        assert is_solution(found, graph, roots)
    assert answer(graph, roots, late=frozenset(NAMES) - late) == found
