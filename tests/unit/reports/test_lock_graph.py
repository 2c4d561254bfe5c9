import json
from collections.abc import Sequence
from pathlib import Path

from packaging.utils import NormalizedName

from archpip.locking import Evidence, LockedProject, LockGraph
from archpip.reports.lock_graph import render_tree, render_why, tree_to_json, why_to_json
from archpip.verdicts import Status


def project(
    name: str, *dependencies: str, evidence: Evidence | None = None
) -> tuple[NormalizedName, LockedProject]:
    return NormalizedName(name), LockedProject(
        name=NormalizedName(name),
        version="1.0",
        taken_from=f"{name}-1.0-py3-none-any.whl",
        dependencies=tuple(map(NormalizedName, dependencies)),
        evidence=evidence,
    )


NATIVE = Evidence(
    verdict=Status.DEGRADED,
    slices=("arm64",),
    binaries=2,
    findings=("AP402",),
    bounds=("mid asks for <2",),
    refused=("leaf-2.0-py3-none-any.whl: AP101: it is for x86_64",),
)
GRAPH = LockGraph(
    path=Path("pylock.toml"),
    target="macos-arm64",
    projects=dict(
        [
            project("a", "leaf", "mid"),
            project("leaf", evidence=NATIVE),
            project("mid", "leaf", "sub"),
            project("sub", "mid"),
        ]
    ),
    asked=("a>=1", "leaf"),
)
LEAF = NormalizedName("leaf")


def tree(*roots: str, depth: int | None = None, invert: bool = False) -> Sequence[str]:
    names = tuple(map(NormalizedName, roots))
    return list(render_tree(GRAPH, roots=names, depth=depth, invert=invert))


def test_why_tells_who_needs_it_who_bounds_it_and_why_this_file() -> None:
    assert list(render_why(GRAPH, LEAF)) == [
        "leaf 1.0 for macos-arm64 (pylock.toml)",
        "  you asked for leaf",
        "  needed by a 1.0",
        "  mid asks for <2",
        "  taken: leaf-1.0-py3-none-any.whl, degraded, 2 native, arm64, AP402",
        "  refused: leaf-2.0-py3-none-any.whl: AP101: it is for x86_64",
    ]


def test_a_tree_shows_each_branch_once() -> None:
    assert tree("a") == [
        "a 1.0",
        "├── leaf 1.0",
        "└── mid 1.0",
        "    ├── leaf 1.0",
        "    └── sub 1.0",
        "        └── mid 1.0 (*)",
    ]


def test_a_tree_ends_where_it_is_told_to() -> None:
    assert tree("a", depth=1) == ["a 1.0", "├── leaf 1.0", "└── mid 1.0"]


def test_an_inverted_tree_leads_up() -> None:
    assert tree("leaf", invert=True, depth=1) == ["leaf 1.0", "├── a 1.0", "└── mid 1.0"]


def test_documents_hold_the_same() -> None:
    why = json.loads(why_to_json([GRAPH], LEAF))
    shown = json.loads(tree_to_json([GRAPH]))

    assert why["lockfiles"][0]["chains"] == [["a", "leaf"]]
    assert why["lockfiles"][0]["bounds"] == ["mid asks for <2"]
    assert [p["name"] for p in shown["lockfiles"][0]["projects"]] == ["a", "leaf", "mid", "sub"]
