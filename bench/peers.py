"""Other resolvers, asked the question that archpip is asked, each in its own manner.

uv and pip are taken from this environment. The others are installed by uv, each into an environment
of its own in a temporary folder, for they do not get along with each other; one that cannot be
installed is left out.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OTHERS = ("nab", "pdm", "poetry", "pex")
"""What is installed on demand."""
_REQUIREMENTS = {"pdm": "pdm[locked]"}
"""By name, where the newest of its dependencies break it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be locked, for macOS on arm64."""

    name: str
    requirements: list[str]
    python: str


def clean_environ() -> dict[str, str]:
    """Return this environment without what would steer a resolver, or keep Python from caching."""
    steering = ("PIP_", "UV_", "ARCHPIP_", "PDM_", "POETRY_", "PEX_")
    environ = {
        name: value
        for name, value in os.environ.items()
        if name == "PIP_CERT" or not name.startswith(steering)
    }
    # A machine that forbids bytecode would have archpip compiled anew for each run.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ | {"PIP_CONFIG_FILE": os.devnull}


def install_others(folder: Path) -> dict[str, Path]:
    """Install the others, and return the folder of each one's commands."""
    found = {}
    for name in OTHERS:
        uv = [sys.executable, "-m", "uv"]
        python = folder / name / "bin" / "python"
        try:
            _run([*uv, "venv", "-q", str(folder / name)])
            requirement = _REQUIREMENTS.get(name, name)
            _run([*uv, "pip", "install", "-q", "--python", str(python), requirement])
        except subprocess.CalledProcessError as error:
            print(f"{name} is left out: {error.stderr.strip()[-200:]}")
        else:
            found[name] = python.parent
    return found


def write_project(question: Question, folder: Path) -> None:
    """Write the question down as each of them reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "requirements.in").write_text("\n".join(question.requirements) + "\n")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "asked"\nversion = "1"\n'
        f'requires-python = "=={question.python}.*"\n'
        f"dependencies = {json.dumps(question.requirements)}\n"
    )


def archpip(question: Question, folder: Path, cache: Path, *more: str) -> list[str]:
    """Return archpip's command."""
    return [
        *(sys.executable, "-m", "archpip", "lock", "-q", "-U"),
        *("-r", str(folder / "requirements.in")),
        *("--target-platform", "macos-arm64", "--python-version", question.python),
        *("--cache-dir", str(cache), "-o", str(folder), *more),
    ]


def uv(question: Question, folder: Path, cache: Path) -> list[str]:
    """Return uv's command."""
    return [
        *(sys.executable, "-m", "uv", "pip", "compile", "-q", str(folder / "requirements.in")),
        "--upgrade",
        *("--python-platform", "aarch64-apple-darwin", "--python-version", question.python),
        *("--cache-dir", str(cache), "-o", str(folder / "uv.txt")),
    ]


def pip(question: Question, folder: Path, cache: Path) -> list[str]:
    """Return pip's command: with `--platform` it takes wheels only."""
    return [
        *(sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed"),
        *("-r", str(folder / "requirements.in")),
        *("--report", str(folder / "pip.json"), "--only-binary", ":all:"),
        *("--platform", "macosx_13_0_arm64", "--python-version", question.python),
        *("--target", str(folder / "none"), "--cache-dir", str(cache)),
    ]


def other(
    name: str, commands: Path, question: Question, folder: Path, cache: Path
) -> tuple[list[str], dict[str, str]]:
    """Return the command of one of `OTHERS`, and the variables that it needs."""
    tool = str(commands / name)
    match name:
        case "nab":
            command = [tool, "-q", "lock", str(folder / "pyproject.toml")]
            command += ["--project-environment-python", question.python]
            command += ["--project-environment-platform", "macos_arm64"]
            command += ["--cache-dir", str(cache), "--output", str(folder / "pylock.nab.toml")]
            return command, {}
        case "pdm":
            command = [tool, "lock", "-q", "-p", str(folder), "--platform", "macos_arm64"]
            command += ["--python", f"=={question.python}.*"]
            return command, {"PDM_CACHE_DIR": str(cache), "PDM_CHECK_UPDATE": "0"}
        case "poetry":
            # It locks for every platform at once, and knows no other way.
            command = [tool, "lock", "-q", "-n", "--regenerate", "-C", str(folder)]
            return command, {"POETRY_CACHE_DIR": str(cache)}
        case "pex":
            command = [str(commands / "pex3"), "lock", "create", "--style", "universal"]
            command += ["--target-system", "mac", "-r", str(folder / "requirements.in")]
            command += ["--interpreter-constraint", f"CPython=={question.python}.*"]
            command += ["-o", str(folder / "pex.json")]
            return command, {"PEX_ROOT": str(cache)}
        case _:
            raise ValueError(name)


COMMON: dict[str, Callable[[Question, Path, Path], list[str]]] = {"uv": uv, "pip": pip}
"""What this environment has."""


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, env=clean_environ())
