"""Render a lockfile's graph: why a project is locked, and the dependency tree."""

import json
from collections.abc import Iterator, Sequence

from packaging.utils import NormalizedName

from archpip.locking import LockedProject, LockGraph

SCHEMA_VERSION = 1

_MARK = " (*)"


def render_why(graph: LockGraph, name: NormalizedName) -> Iterator[str]:
    """Yield what depends on a locked project, what bounds it, and why this file was chosen."""
    project = graph.projects[name]
    place = f" for {graph.target}" if graph.target else ""
    yield f"{project.title}{place} ({graph.path})"
    for text in graph.asked_of(name):
        yield f"  you asked for {text}"
    for chain in graph.chains(name):
        if len(chain) > 1:
            yield f"  needed by {' → '.join(graph.projects[step].title for step in chain[:-1])}"
    evidence = project.evidence
    for bound in evidence.bounds if evidence else ():
        yield f"  {bound}"
    yield f"  taken: {project.taken_from}{_describe_verdict(project)}"
    for reason in evidence.source_reasons if evidence else ():
        yield f"  built from source, because {reason}"
    for reason in evidence.refused if evidence else ():
        yield f"  refused: {reason}"
    for reason in evidence.overrides if evidence else ():
        yield f"  accepted all the same: {reason}"


def _describe_verdict(project: LockedProject) -> str:
    evidence = project.evidence
    if evidence is None or evidence.verdict is None:
        return ""
    native = f"{evidence.binaries} native" if evidence.binaries else "no native code"
    return ", ".join(["", evidence.verdict.value, native, *evidence.slices, *evidence.findings])


def why_to_json(graphs: Sequence[LockGraph], name: NormalizedName) -> str:
    """Write the same as one versioned JSON document."""
    return _dump({"lockfiles": [_why_to_dict(graph, name) for graph in graphs]})


def _why_to_dict(graph: LockGraph, name: NormalizedName) -> dict[str, object]:
    project = graph.projects[name]
    evidence = project.evidence
    return {
        "lockfile": str(graph.path),
        "target": graph.target,
        **_project_to_dict(project),
        "asked": list(graph.asked_of(name)),
        "chains": [list(chain) for chain in graph.chains(name)],
        "bounds": list(evidence.bounds) if evidence else [],
        "source_reasons": list(evidence.source_reasons) if evidence else [],
        "refused": list(evidence.refused) if evidence else [],
        "overrides": list(evidence.overrides) if evidence else [],
    }


def _project_to_dict(project: LockedProject) -> dict[str, object]:
    evidence = project.evidence
    return {
        "name": project.name,
        "version": project.version,
        "taken_from": project.taken_from,
        "verdict": evidence.verdict.value if evidence and evidence.verdict else None,
        "findings": list(evidence.findings) if evidence else [],
    }


def render_tree(
    graph: LockGraph, *, roots: Sequence[NormalizedName], depth: int | None, invert: bool
) -> Iterator[str]:
    """Yield the lines of a tree below each root; repeated subtrees are marked with (*).

    Args:
        graph: The lockfile.
        roots: The projects at the top.
        depth: How many levels to show below a root; `None` for all.
        invert: Show a project's dependents, not its dependencies.
    """
    drawing = _Drawing(graph, invert=invert)
    for root in roots:
        yield from drawing.branch(root, "", "", depth)


class _Drawing:
    """One tree, and the projects that it has shown."""

    def __init__(self, graph: LockGraph, *, invert: bool) -> None:
        self._graph = graph
        self._invert = invert
        self._shown: set[NormalizedName] = set()

    def branch(
        self, name: NormalizedName, first: str, rest: str, depth: int | None
    ) -> Iterator[str]:
        """Yield a project's line, which `first` begins, and those beneath, which `rest` begins."""
        children = self._children(name) if depth != 0 else ()
        again = name in self._shown and bool(children)
        yield f"{first}{self._graph.projects[name].title}{_MARK if again else ''}"
        if again:
            return
        self._shown.add(name)
        below = None if depth is None else depth - 1
        for child in children[:-1]:
            yield from self.branch(child, f"{rest}├── ", f"{rest}│   ", below)
        for child in children[-1:]:
            yield from self.branch(child, f"{rest}└── ", f"{rest}    ", below)

    def _children(self, name: NormalizedName) -> tuple[NormalizedName, ...]:
        if self._invert:
            return self._graph.dependents(name)
        return self._graph.projects[name].dependencies


def tree_to_json(graphs: Sequence[LockGraph]) -> str:
    """Write the graphs as one versioned JSON document."""
    return _dump(
        {
            "lockfiles": [
                {
                    "lockfile": str(graph.path),
                    "target": graph.target,
                    "roots": list(graph.roots),
                    "projects": [
                        {**_project_to_dict(project), "dependencies": list(project.dependencies)}
                        for project in graph.projects.values()
                    ],
                }
                for graph in graphs
            ]
        }
    )


def _dump(content: dict[str, object]) -> str:
    return json.dumps({"schema": SCHEMA_VERSION, **content}, indent=2, ensure_ascii=False)
