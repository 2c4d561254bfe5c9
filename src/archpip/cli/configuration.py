"""Read this machine, pip's files, the project and the environment for a command.

The command line takes precedence over everything, then come archpip's and pip's variables, then the
files; see `archpip.settings` for their order.
"""

import argparse
import sys
from pathlib import Path

from msgspec.structs import replace

from archpip.cli.context import CommandContext
from archpip.cli.output_settings import adopt_output_settings
from archpip.cli.terminal import Terminal
from archpip.reachable import is_file, is_folder, is_there
from archpip.settings import PipConfig, Surroundings, read_own_settings, read_pip_config
from archpip.targets import detect_host, probe_interpreter


def read_context(arguments: argparse.Namespace, terminal: Terminal) -> CommandContext:
    """Read this machine and its configuration files; the terminal is told what those say of it.

    Raises:
        ConfigurationError: A file is malformed.
        InterpreterUnusableError: `--python`, or pip's setting, names no Python.
        PolicyFileError: The shared policy is invalid.
        PolicyMissingError: It has no policy of the requested name.
    """
    surroundings = Surroundings(
        environ=terminal.environ,
        home=Path.home(),
        prefix=Path(sys.prefix),
        working_folder=Path.cwd(),
        operating_system=detect_host().operating_system,
    )
    pip_config = read_pip_config(surroundings)
    host, python = detect_host(), Path(sys.executable)
    if named := _name_python(arguments, pip_config):
        python = find_python(Path(named))
        host = probe_interpreter(python)
        # Like pip, which goes on in that interpreter and finds the files of its environment.
        surroundings = replace(surroundings, prefix=python.parent.parent)
        pip_config = read_pip_config(surroundings)
    adopt_output_settings(arguments, pip_config, terminal)
    context = CommandContext(
        surroundings=surroundings,
        pip_config=pip_config,
        own=read_own_settings(surroundings, pip_config),
        host=host,
        python=python,
    )
    # A command without the option does not depend on a policy.
    if not hasattr(arguments, "policy"):
        return context
    location = arguments.policy or context.own.text("policy")
    if not location:
        return context
    from archpip.cli.shared_policy import with_policy

    return with_policy(context, arguments, terminal, location)


def _name_python(arguments: argparse.Namespace, config: PipConfig) -> str | None:
    """Return the interpreter that is named.

    pip's setting is for the commands that pip has, too, and for pip itself behind a gateway.
    """
    named: str | None = getattr(arguments, "python", None)
    if named or not (hasattr(arguments, "requirement") or getattr(arguments, "runs_pip", False)):
        return named
    return next((s.value for s in reversed(config.effective()) if s.name == "python"), None)


def find_python(path: Path) -> Path:
    """Return an interpreter's path; an environment's folder is accepted, as in pip.

    The path is absolute, since builds run in other folders; only a bare command name is kept as is.
    """
    for candidate in (path / "bin" / "python", path / "Scripts" / "python.exe"):
        if is_folder(path) and is_there(candidate):
            return candidate.absolute()
    return path.absolute() if is_file(path) else path
