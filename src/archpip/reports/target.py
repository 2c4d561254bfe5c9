"""Render a target in full: its name's meaning, tags, markers and suffixes."""

import json

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from archpip.architecture import spelled
from archpip.targets import (
    KNOWN_NAMES,
    OTHER_NAMES,
    Target,
    compatible_tags,
    extension_suffixes,
    marker_environment,
)

_FIRST_TAGS = 12


def render_names() -> str:
    """List every known target name."""
    lines = ["targets:", *(f"  {name}" for name in KNOWN_NAMES), "", "also understood:"]
    return "\n".join([*lines, *(f"  {name}" for name in OTHER_NAMES)])


def render_names_json() -> str:
    """Write every known target name as JSON."""
    document = {"schema": 1, "targets": list(KNOWN_NAMES), "also": list(OTHER_NAMES)}
    return json.dumps(document, indent=2)


def render_json(target: Target) -> str:
    """Write a target as JSON, with every tag."""
    document = {
        "schema": 1,
        "name": target.name,
        "operating_system": target.operating_system.value,
        "architectures": [architecture.value for architecture in target.architectures],
        "floor": target.floor_name,
        "python": target.python.display_name,
        "tags": [str(tag) for tag in compatible_tags(target)],
        "markers": dict(marker_environment(target)),
        "extension_suffixes": list(extension_suffixes(target)),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def render_table(target: Target, *, show_all: bool) -> RenderableType:
    """Draw a target: facts first, then tags, markers and suffixes."""
    system = target.operating_system
    facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for label, value in (
        ("target", target.name),
        ("architecture", ", ".join(spelled(each, system) for each in target.architectures)),
        ("oldest system", target.floor_name),
        ("Python", target.python.display_name),
        ("suffixes", "  ".join(extension_suffixes(target))),
    ):
        facts.add_row(Text(label, "dim"), Text(value))
    for name, value in sorted(marker_environment(target).items()):
        facts.add_row(Text(name, "dim"), Text(repr(value)))
    tags = compatible_tags(target)
    shown = tags if show_all else tags[:_FIRST_TAGS]
    lines = [Text(f"{len(tags)} tags, the best first:", "dim")]
    lines += [Text(f"  {tag}") for tag in shown]
    if len(shown) < len(tags):
        lines.append(Text(f"  … and {len(tags) - len(shown)} more (--all)", "dim"))
    return Group(facts, *lines)
