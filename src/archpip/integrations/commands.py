"""Analyse command lines: which client resolves, for which Python, and what it writes. Pure."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path, PurePath

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name


class Client(StrEnum):
    """The client that resolves in a command."""

    PIP = "pip"
    """pip itself, or pipx, which runs it."""
    UV = "uv"
    UV_PROJECT = "uv project"
    """uv with a lockfile."""
    PDM = "pdm"
    POETRY = "poetry"
    PIPENV = "pipenv"
    PIP_TOOLS = "pip-compile"
    PEX = "pex"
    OTHER = "other"


_UV_PROJECT_COMMANDS = frozenset(
    {"add", "export", "lock", "remove", "run", "sync", "tree", "version"}
)
_UV_VALUED = frozenset(
    {
        *("--allow-insecure-host", "--cache-dir", "--color", "--config-file", "--directory"),
        *("--preview-features", "--project", "--python-fetch", "--python-preference"),
    }
)
"""Options before uv's subcommand that take a value."""

_FOLDER_OPTIONS = {
    Client.UV_PROJECT: ("--directory", "--project"),
    Client.UV: ("--directory", "--project"),
    Client.PDM: ("--project", "-p"),
    Client.POETRY: ("--directory", "-C", "--project", "-P"),
}
OUTPUT_OPTIONS = ("--output", "--output-file", "-o", "--lockfile", "-L")
"""Options that name a client's output file."""

_LOCKFILES = {
    Client.UV_PROJECT: ("uv.lock",),
    Client.PDM: ("pdm.lock",),
    Client.POETRY: ("poetry.lock",),
    Client.PIP_TOOLS: ("requirements.txt",),
}

_OWN_SOURCES = {
    Client.PIP: ("--index-url", "-i", "--pypi-url", "--extra-index-url", "--find-links", "-f"),
    Client.UV: (
        *("--index", "--default-index", "--index-url", "-i", "--extra-index-url"),
        *("--torch-backend", "--find-links", "-f"),
    ),
}
_OWN_SOURCES[Client.UV_PROJECT] = _OWN_SOURCES[Client.UV]
_OWN_SOURCES[Client.PIP_TOOLS] = _OWN_SOURCES[Client.PIP]

_PROGRAMS = {
    "uvx": Client.UV,
    "pdm": Client.PDM,
    "poetry": Client.POETRY,
    "pipenv": Client.PIPENV,
    "pip-compile": Client.PIP_TOOLS,
    "pex": Client.PEX,
    "pex3": Client.PEX,
}

PIPFILE = "Pipfile"
_PIPENV_FILES = (PIPFILE, f"{PIPFILE}.lock")
_PIPENV_DEPTH = 3
"""How many folders pipenv looks into for a Pipfile, upward."""


class UvCommand(Struct, frozen=True, kw_only=True):
    """What a uv command line says about indexes, besides files and variables."""

    index_strategy: str | None = None
    exclude_newer: str | None = None
    dated_projects: frozenset[NormalizedName] = frozenset()
    """The projects with an upload cutoff of their own (`NAME=WHEN`)."""
    config_file: str | None = None
    """The settings file; empty for none at all, `None` if variables decide."""
    reads_pip_table: bool = False
    """Whether `[tool.uv.pip]` applies."""
    reads_users_files_alone: bool = False
    """Whether project files are ignored."""
    writes_paths: bool = False
    """Whether it writes a lockfile with paths of local files, which a gateway cannot express."""


def read_uv_command(command: Sequence[str]) -> UvCommand:
    """Return the settings in a uv command."""
    program, words = _program(command)
    subcommand = _subcommand(words) if program == "uv" else ""
    options = _until_dashes(command)
    pairs = _values(options, ("--exclude-newer-package",))
    has_no_file = "--no-config" in options or "--isolated" in options
    return UvCommand(
        index_strategy=next(_values(options, ("--index-strategy",)), None),
        exclude_newer=next(_values(options, ("--exclude-newer",)), None),
        dated_projects=frozenset(canonicalize_name(pair.partition("=")[0]) for pair in pairs),
        config_file="" if has_no_file else next(_values(options, ("--config-file",)), None),
        reads_pip_table=subcommand == "pip",
        reads_users_files_alone=program == "uvx" or subcommand in {"tool", "self"},
        writes_paths=find_client(command) is Client.UV_PROJECT,
    )


def find_client(command: Sequence[str]) -> Client:
    """Return the client that a command line runs."""
    program, words = _program(command)
    if program == "pip" or program.startswith(("pip3", "pip2", "pipx")):
        return Client.PIP
    if program == "uv":
        return Client.UV_PROJECT if _subcommand(words) in _UV_PROJECT_COMMANDS else Client.UV
    if program == "piptools" and _subcommand(words) == "compile":
        return Client.PIP_TOOLS
    return _PROGRAMS.get(program, Client.OTHER)


def is_universal(command: Sequence[str]) -> bool:
    """Return whether a command resolves for every Python that a project allows."""
    client = find_client(command)
    return client in {Client.UV_PROJECT, Client.PDM, Client.POETRY} or (
        client is Client.UV and "--universal" in command
    )


def find_python_version(command: Sequence[str]) -> str | None:
    """Return a command's `--python-version`, an option of both pip and uv."""
    return next(_values(_until_dashes(command), ("--python-version",)), None)


def runs_pip(command: Sequence[str]) -> bool:
    """Return whether a command is pip itself, and so goes on in the interpreter that it is told."""
    program, _ = _program(command)
    return find_client(command) is Client.PIP and not program.startswith("pipx")


def find_python_of_pip(command: Sequence[str]) -> str | None:
    """Return the interpreter that a pip command names."""
    if not runs_pip(command):
        return None
    return next(_values(_until_dashes(command), ("--python",)), None)


def is_of_tools(command: Sequence[str]) -> bool:
    """Return whether a command is a `uv tool` command."""
    program, words = _program(command)
    return program == "uv" and _subcommand(words) == "tool"


def find_own_sources(command: Sequence[str]) -> tuple[str, ...]:
    """Return a command's own options for indexes and find-links, no repeats."""
    names = _OWN_SOURCES.get(find_client(command), ())
    given = (_option(word) for word in _until_dashes(command))
    return tuple(dict.fromkeys(name for name in given if name in names))


def iter_arguments(command: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the values of a command's own options of these names; `-rNAME` counts as `-r NAME`."""
    words = _until_dashes(command)
    yield from _values(words, names)
    short = tuple(name for name in names if not name.startswith("--"))
    for word in words:
        if word.startswith(short) and word not in short:
            yield word[2:].removeprefix("=")


def prints_lockfile(command: Sequence[str]) -> bool:
    """Return whether a command prints a lockfile or requirements to stdout."""
    program, words = _program(command)
    subcommand = _subcommand(words)
    if program == "uv" and subcommand == "pip":
        return _subcommand(words[list(words).index("pip") + 1 :]) == "compile"
    client = find_client(command)
    if client is Client.PIP_TOOLS:
        return "-" in _values(_until_dashes(command), OUTPUT_OPTIONS)
    return subcommand == "export" or (subcommand == "lock" and client is Client.PIP)


def find_script(command: Sequence[str], folder: Path) -> Path | None:
    """Return the script whose own requirements a uv command changes, if any."""
    if find_client(command) is not Client.UV_PROJECT:
        return None
    named = next(_values(_until_dashes(command), ("--script",)), None)
    return find_project_folder(command, folder) / named if named else None


def find_metadata_script(command: Sequence[str], folder: Path) -> Path | None:
    """Return the script whose metadata (PEP 723) a uv command reads, if any."""
    changed = find_script(command, folder)
    program, words = _program(command)
    if changed is not None or program != "uv" or _subcommand(words) != "run":
        return changed
    # A word after an option may be its value; any other word is the program to run.
    for before, word in pairwise(_until_dashes(words)):
        if word.endswith(".py") and not word.startswith("-"):
            return find_project_folder(command, folder) / word
        if not word.startswith("-") and not before.startswith("-") and word != "run":
            break
    return None


def find_project_folder(command: Sequence[str], folder: Path) -> Path:
    """Return the folder where a command that runs in `folder` searches for its project."""
    names = _FOLDER_OPTIONS.get(find_client(command), ())
    return folder / next(_values(_until_dashes(command), names), "")


def find_outputs(command: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Return the existing files into which a command may have written URLs.

    Args:
        command: The program and its arguments.
        folder: Its working directory.
    """
    return tuple(path for path in expect_outputs(command, folder) if path.is_file())


def expect_outputs(command: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Return the files into which a command may write URLs, including ones it may create."""
    named = (folder / value for value in _values(_until_dashes(command), OUTPUT_OPTIONS))
    project = find_project_folder(command, folder)
    usual = (
        *(project / name for name in ("pylock.toml", *_LOCKFILES.get(find_client(command), ()))),
        *project.glob("pylock*.toml"),
        *project.glob("*.lock"),  # also uv's `script.py.lock`
        *(parent / "uv.lock" for parent in project.absolute().parents),
        *_expect_others(command, folder),
    )
    return tuple(dict.fromkeys((*named, *usual)))


def _expect_others(command: Sequence[str], folder: Path) -> Iterator[Path]:
    """Yield the files that pip-compile and pipenv write where the command does not say it."""
    client = find_client(command)
    if client is Client.PIP_TOOLS:
        sources = (word for word in command if word.endswith(".in"))
        yield from (folder / PurePath(source).with_suffix(".txt") for source in sources)
    elif client is Client.PIPENV:
        here = folder.absolute()
        for each in (here, *here.parents[: _PIPENV_DEPTH - 1]):
            yield from (each / name for name in _PIPENV_FILES)


def _program(command: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the program's name and its arguments; `python -m NAME` is NAME."""
    name = PurePath(command[0]).name.lower().removesuffix(".exe")
    if name.startswith("python") and list(command[1:2]) == ["-m"]:
        return next(iter(command[2:]), ""), command[3:]
    return name, command[1:]


def _subcommand(words: Sequence[str]) -> str:
    skip = False
    for word in words:
        if not skip and not word.startswith("-"):
            return word
        skip = not skip and word in _UV_VALUED
    return ""


def _until_dashes(words: Sequence[str]) -> Sequence[str]:
    """Return the words before `--`, without the command that `uv run --` runs."""
    return words[: words.index("--")] if "--" in words else words


def _values(words: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the values of options of these names, after `=` or as the next word."""
    for position, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names and (equals or position + 1 < len(words)):
            yield value if equals else words[position + 1]


def _option(word: str) -> str:
    return word.partition("=")[0]
