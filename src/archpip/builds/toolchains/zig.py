"""zig, from the package index: the `ziglang` project is the whole compiler as a wheel."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from archpip.builds.environment import pip_environment
from archpip.builds.errors import ToolchainFailedError
from archpip.builds.logs import find_first_error
from archpip.builds.model import IndexOptions
from archpip.builds.plan import Zig
from archpip.builds.processes import CommandRunner
from archpip.reachable import find_beneath, is_there

ZIG_NAME = "zig"


def install_zig(
    folder: Path,
    *,
    requirement: str = "ziglang",
    indexes: IndexOptions | None,
    environment: Mapping[str, str],
    runner: CommandRunner,
    log: Path,
) -> None:
    """Put zig into a new folder.

    Raises:
        ToolchainFailedError: pip could not bring it.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command += ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-compile"]
    command += ["--target", str(folder), "--", requirement]
    try:
        runner.run(command, cwd=None, environment={**environment, **pip_environment(indexes)})
    except subprocess.CalledProcessError as error:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        reason = find_first_error(lines) or str(error)
        raise ToolchainFailedError(name=ZIG_NAME, reason=reason) from error


def find_zig(folder: Path) -> Zig | None:
    """Return the zig that was put into a folder, or `None`."""
    executable = next(
        (path for name in ("zig", "zig.exe") if is_there(path := folder / "ziglang" / name)), None
    )
    info = next(iter(find_beneath(folder, "ziglang-*.dist-info")), None)
    if executable is None or info is None:
        return None
    version = info.name.removeprefix("ziglang-").removesuffix(".dist-info")
    return Zig(executable=executable, version=version)
