"""Examples in the documentation's pages, read from their Markdown.

A page that says `<!-- examples: WORLD -->` is run: WORLD is a scenario of `fake_index`, and is the
only index there is. The page's own blocks are what happens, in their order, in one folder:

- after `<!-- file: NAME -->`, a block is the content of a file;
- in a `console` block, each line `$ archpip …` is run, and the lines below it are what it prints,
  both streams together. In them `…` stands for any text, within a line or for whole lines. A line
  `# status N` says how it ends, where that is not 0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_WORLD = re.compile(r"^<!-- examples: (?P<world>[\w-]+) -->$", re.MULTILINE)
_BLOCK = re.compile(
    r"^(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w*)\n(?P<content>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_STATUS = re.compile(r"^# status (\d+)$")
_PROMPT = "$ "


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteFile:
    """A file that a page shows."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """A command that a page shows, and what it prints."""

    line: str
    output: tuple[str, ...]
    status: int


def find_world(page: Path) -> str | None:
    """Return the name of the world that a page's examples live in; `None` for other pages."""
    match = _WORLD.search(page.read_text("utf-8"))
    return match["world"] if match else None


def iter_steps(page: Path) -> Iterator[WriteFile | RunCommand]:
    """Yield what a page's examples do, in order."""
    for block in _BLOCK.finditer(page.read_text("utf-8")):
        if block["file"]:
            yield WriteFile(name=block["file"], content=block["content"])
        elif block["language"] == "console":
            yield from _commands(block["content"].splitlines())


def _commands(lines: list[str]) -> Iterator[RunCommand]:
    starts = [number for number, line in enumerate(lines) if line.startswith(_PROMPT)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        shown = lines[start + 1 : end]
        statuses = [int(match[1]) for line in shown if (match := _STATUS.match(line))]
        yield RunCommand(
            line=lines[start].removeprefix(_PROMPT),
            output=tuple(line for line in shown if line.strip() and not _STATUS.match(line)),
            status=statuses[0] if statuses else 0,
        )


def matches(shown: tuple[str, ...], printed: str) -> bool:
    """Return whether a command printed what its page shows."""
    pattern = ".*".join(re.escape(part) for part in "\n".join(shown).split("…"))
    found = "\n".join(line.rstrip() for line in printed.splitlines() if line.strip())
    return re.fullmatch(pattern, found, re.DOTALL) is not None
