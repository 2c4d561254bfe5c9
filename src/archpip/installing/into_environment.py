"""Install into a real environment, with pip or uv as a command.

They uninstall what is replaced, write RECORD and launchers and compile, as users expect. They are
given local wheels with hashes and nothing else: no index, no dependencies, no configuration. A
project is named with its version, not with its path, so that they do not take it for a direct
reference; what is one gets its `direct_url.json` here.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from archpip.installing.errors import InstallFailedError
from archpip.installing.installed import read_installed
from archpip.installing.model import VerifiedWheel
from archpip.installing.records import direct_url_json, write_marks
from archpip.installing.staging import stage

# -I would hide the user's own site-packages; the current folder's modules are hidden by hand.
_ASK_PATHS = """
import sys
sys.path = [path for path in sys.path if path]
import json, sysconfig
try:
    import pip
    pip_there = True
except ImportError:
    pip_there = False
paths = sysconfig.get_paths()
print(json.dumps([sys.path, paths["purelib"], paths["platlib"], pip_there]))
"""

_ROLLBACK_SECONDS = 60
"""How long an interrupted installer may take to put back what it had removed."""


class Environment(Struct, frozen=True, kw_only=True):
    """Where one interpreter finds its distributions."""

    python: Path
    folders: tuple[Path, ...]
    """Its `sys.path`, in order."""
    has_pip: bool


class InstallerOptions(Struct, frozen=True, kw_only=True):
    """How wheels are put into an environment."""

    pip: tuple[str, ...]
    """The command of archpip's own pip, for environments that have none (uv's)."""
    uv: str | None = None
    """The uv to install with instead of pip."""
    compile_bytecode: bool = True
    user: bool = False
    break_system_packages: bool = False
    ignore_requires_python: bool = False
    """For pip only: uv has no such switch."""
    variables: Mapping[str, str]
    """The environment variables of the process; pip's and uv's own are taken out."""


def read_environment(python: Path, *, variables: Mapping[str, str]) -> Environment:
    """Ask an interpreter where it finds its distributions.

    Raises:
        InstallFailedError: It does not answer.
    """
    command = [str(python), "-c", _ASK_PATHS]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env=dict(variables)
    )
    if answer.returncode:
        raise InstallFailedError(
            command=str(python), exit_status=answer.returncode, output=answer.stderr
        )
    search_path, purelib, platlib, has_pip = json.loads(answer.stdout.splitlines()[-1])
    folders = dict.fromkeys([*map(Path, search_path), Path(purelib), Path(platlib)])
    return Environment(python=python, folders=tuple(folders), has_pip=has_pip)


def install_into_environment(
    wheels: Sequence[VerifiedWheel], environment: Environment, options: InstallerOptions
) -> None:
    """Install wheels, replacing other versions of the same projects.

    An interrupt is left to the installer, which puts back what it had removed.

    Raises:
        ChangedWheelError: A wheel's bytes are not those that were verified.
        InstallFailedError: pip or uv failed; carries its own words.
    """
    if not wheels:
        return
    with TemporaryDirectory(prefix="archpip-install-") as folder:
        links = Path(folder, "wheels")
        links.mkdir()
        stage(wheels, links)
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("".join(map(_requirement, wheels)), encoding="utf-8")
        run_installer(_command(environment, options, links, requirements), options)
    _mark(wheels, environment)


def _requirement(wheel: VerifiedWheel) -> str:
    return f"{wheel.pin.name}=={wheel.pin.version} --hash=sha256:{wheel.sha256}\n"


def _command(
    environment: Environment, options: InstallerOptions, links: Path, requirements: Path
) -> list[str]:
    shared = ["--no-index", "--no-deps", "--require-hashes", f"--find-links={links}"]
    shared += ["-r", str(requirements)]
    if options.uv is not None:
        shared += ["--break-system-packages"] if options.break_system_packages else []
        shared += ["--compile-bytecode"] if options.compile_bytecode else []
        shared += ["--reinstall", "--no-config", "--no-cache"]
        return [options.uv, "pip", "install", f"--python={environment.python}", *shared]
    # The plan has decided: pip is not to keep what it finds.
    shared += ["--force-reinstall", "--no-cache-dir"]
    return [*pip_install_command(environment, options), *shared]


def pip_install_command(environment: Environment, options: InstallerOptions) -> list[str]:
    """Return `pip install` for an environment, with what the user says of every installation."""
    pip = [str(environment.python), "-m", "pip"]
    if not environment.has_pip:
        pip = [*options.pip, f"--python={environment.python}"]
    command = [*pip, "install", "--no-input", "--disable-pip-version-check"]
    command += ["--break-system-packages"] if options.break_system_packages else []
    command += [] if options.compile_bytecode else ["--no-compile"]
    command += ["--user"] if options.user else []
    command += ["--ignore-requires-python"] if options.ignore_requires_python else []
    return command


def run_installer(
    command: list[str], options: InstallerOptions, *, more: Mapping[str, str] | None = None
) -> None:
    """Run an installer; let it finish putting things back when interrupted.

    Args:
        command: Its words.
        options: Its environment is theirs, without what configures pip and uv.
        more: Variables on top.

    Raises:
        InstallFailedError: It failed.
    """
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        env={**_clean(options.variables), **(more or {})},
    )
    try:
        output, _ = process.communicate()
    except KeyboardInterrupt:
        # The terminal has interrupted it as well. `subprocess.run` would kill it at once.
        try:
            process.communicate(timeout=_ROLLBACK_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        raise
    if process.returncode:
        name = "uv pip install" if command[0] == options.uv else "pip install"
        raise InstallFailedError(command=name, exit_status=process.returncode, output=output)


def _clean(variables: Mapping[str, str]) -> dict[str, str]:
    """Drop the settings that could make an installer do other than it is told."""
    kept = {k: v for k, v in variables.items() if not k.upper().startswith(("PIP_", "UV_"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


def _mark(wheels: Sequence[VerifiedWheel], environment: Environment) -> None:
    """Say which projects were asked for: to the installer, each of them was."""
    found = {each.name: each for each in reversed(read_installed(environment.folders))}
    for wheel in wheels:
        if wheel.pin.name in found:
            write_marks(
                found[wheel.pin.name].dist_info,
                requested=wheel.pin.requested,
                direct_url=direct_url_json(wheel),
            )
