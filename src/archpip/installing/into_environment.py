"""Install into a real environment by running pip or uv.

They uninstall replaced versions, write RECORD and launchers, and compile, as users expect. They get
local wheels with hashes and nothing else: no index, no dependencies, no configuration. A project is
named with its version, not its path, so that they do not record a direct reference; a real one
gets its `direct_url.json` here.
"""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from archpip.installing.eggs import is_egg_info
from archpip.installing.errors import InstallFailedError
from archpip.installing.installed import read_installed
from archpip.installing.model import VerifiedWheel
from archpip.installing.records import direct_url_json, write_marks
from archpip.installing.running import finish_installer
from archpip.installing.staging import stage
from archpip.owned_folders import owned_folder

# -I would hide the user site-packages, so the current folder is removed from `sys.path` instead.
_ASK_PATHS = """
import sys
sys.path = [path for path in sys.path if path]
import json, os, sysconfig
try:
    import pip
    pip_there = True
except ImportError:
    pip_there = False
paths = sysconfig.get_paths()
# https://packaging.python.org/en/latest/specifications/externally-managed-environments/
marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
virtual = sys.prefix != getattr(sys, "base_prefix", sys.prefix)
managed = marker if os.path.isfile(marker) and not virtual else None
print(json.dumps([sys.path, paths["purelib"], paths["platlib"], pip_there, managed]))
"""


class Environment(Struct, frozen=True, kw_only=True):
    """The folders where one interpreter finds its distributions."""

    python: Path
    folders: tuple[Path, ...]
    """Its `sys.path`, in order."""
    has_pip: bool
    managed_by: Path | None = None
    """The file that says that the system's packages fill it (PEP 668), and nobody else should."""


class InstallerOptions(Struct, frozen=True, kw_only=True):
    """How wheels are put into an environment."""

    pip: tuple[str, ...]
    """The command of archpip's own pip, for environments without pip (uv's)."""
    uv: str | None = None
    """The uv to install with instead of pip."""
    compile_bytecode: bool = True
    user: bool = False
    break_system_packages: bool = False
    ignore_requires_python: bool = False
    """For pip only: uv has no such switch."""
    variables: Mapping[str, str]
    """The environment variables of the process; pip's and uv's are removed."""
    tell: Callable[[str], None] = lambda _: None
    """Called with a sentence when an interrupt has to wait for the installer."""


def read_environment(python: Path, *, variables: Mapping[str, str]) -> Environment:
    """Run an interpreter to find where its distributions are.

    Raises:
        InstallFailedError: It gives no valid answer.
    """
    command = [str(python), "-c", _ASK_PATHS]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env=dict(variables)
    )
    try:
        answer.check_returncode()
        last = answer.stdout.splitlines()[-1]
        search_path, purelib, platlib, has_pip, managed = json.loads(last)
    except (subprocess.CalledProcessError, IndexError, ValueError) as error:
        raise InstallFailedError(
            command=str(python), exit_status=answer.returncode, output=answer.stderr
        ) from error
    folders = dict.fromkeys([*map(Path, search_path), Path(purelib), Path(platlib)])
    return Environment(
        python=python,
        folders=tuple(folders),
        has_pip=has_pip,
        managed_by=Path(managed) if managed else None,
    )


def install_into_environment(
    wheels: Sequence[VerifiedWheel], environment: Environment, options: InstallerOptions
) -> None:
    """Install wheels, replacing other versions of the same projects.

    At an interrupt, the installer is finished first (`running.py` says why).

    Raises:
        ChangedWheelError: A wheel's bytes are not those that were verified.
        InstallFailedError: pip or uv failed; carries its message.
        InstallationStoppedError: It was interrupted twice, and is stopped.
    """
    if not wheels:
        return
    with owned_folder("archpip-install-") as folder:
        links = folder / "wheels"
        links.mkdir()
        stage(wheels, links)
        requirements = folder / "requirements.txt"
        requirements.write_text("".join(map(_requirement, wheels)), encoding="utf-8")
        command = _command(environment, options, links, requirements)
        try:
            finish_installer(command, options.variables, tell=options.tell)
        except KeyboardInterrupt:
            _mark(wheels, environment)
            raise
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
    # The plan has decided: pip must not keep an installed version.
    shared += ["--force-reinstall", "--no-cache-dir"]
    return [*pip_install_command(environment, options), *shared]


def pip_install_command(environment: Environment, options: InstallerOptions) -> list[str]:
    """Return the `pip install` command for an environment, with the user's general options."""
    pip = [str(environment.python), "-m", "pip"]
    if not environment.has_pip:
        pip = [*options.pip, f"--python={environment.python}"]
    command = [*pip, "install", "--no-input", "--disable-pip-version-check"]
    command += ["--break-system-packages"] if options.break_system_packages else []
    command += [] if options.compile_bytecode else ["--no-compile"]
    command += ["--user"] if options.user else []
    command += ["--ignore-requires-python"] if options.ignore_requires_python else []
    return command


def _mark(wheels: Sequence[VerifiedWheel], environment: Environment) -> None:
    """Mark only the requested projects as such: the installer marked all of them."""
    installed = read_installed(environment.folders)
    found = {each.name: each for each in reversed(installed) if not is_egg_info(each.info)}
    for wheel in wheels:
        if wheel.pin.name in found:
            write_marks(
                found[wheel.pin.name].info,
                requested=wheel.pin.requested,
                direct_url=direct_url_json(wheel),
            )
