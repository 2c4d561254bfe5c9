from pathlib import Path

import pytest
from packaging.pylock import Pylock
from packaging.utils import NormalizedName

from archpip.locking import InvalidLockfileError, LockGraph, read_graph
from archpip.locking.evidence import SCHEMA, target_to_table
from tests.unit.locking.resolutions import make_target

PATH = Path("pylock.toml")
LEAF = NormalizedName("leaf")


def graph_of(
    dependencies: dict[str, list[str]], *, tool: dict[str, object] | None = None
) -> LockGraph:
    packages = [
        {
            "name": name,
            "version": "1.0",
            "dependencies": [{"name": other} for other in others],
            "wheels": [
                {
                    "name": f"{name}-1.0-py3-none-any.whl",
                    "url": f"https://files.example/{name}-1.0-py3-none-any.whl",
                    "hashes": {"sha256": "00"},
                }
            ],
        }
        for name, others in dependencies.items()
    ]
    document = {"lock-version": "1.0", "created-by": "test", "packages": packages}
    return read_graph(Pylock.from_dict({**document, **({"tool": tool} if tool else {})}), path=PATH)


def test_the_shortest_chain_from_each_root() -> None:
    graph = graph_of({"b": ["mid"], "a": ["leaf", "mid"], "mid": ["leaf"], "leaf": []})

    assert list(graph.chains(LEAF)) == [("a", "leaf"), ("b", "mid", "leaf")]


def test_without_evidence_the_roots_are_those_that_nobody_needs() -> None:
    assert graph_of({"a": ["leaf"], "leaf": []}).roots == ("a",)


def test_a_circle_ends() -> None:
    graph = graph_of({"a": ["leaf"], "leaf": ["other"], "other": ["leaf"]})

    assert list(graph.chains(LEAF)) == [("a", "leaf")]
    assert graph.dependents(LEAF) == ("a", "other")


def test_a_dependency_that_is_not_locked_is_left_out() -> None:
    assert graph_of({"a": ["gone"]}).projects[NormalizedName("a")].dependencies == ()


def test_requirements_that_are_no_texts_are_damage() -> None:
    target = target_to_table(make_target())
    tool: dict[str, object] = {"archpip": {"schema": SCHEMA, "target": target, "requirements": 3}}
    with pytest.raises(InvalidLockfileError, match="requirements is not an array of strings"):
        graph_of({"a": []}, tool=tool)


@pytest.mark.parametrize("name", ["a", "leaf"])
def test_projects_know_their_file(name: str) -> None:
    project = graph_of({"a": ["leaf"], "leaf": []}).projects[NormalizedName(name)]

    assert project.title == f"{name} 1.0"
    assert project.taken_from == f"{name}-1.0-py3-none-any.whl"
