"""Write a plan's files where the hooks find them, and compute the hooks' settings."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns

from archpip.builds.frontend import HookSettings
from archpip.builds.plan import BuildPlan
from archpip.builds.profile import FILES
from archpip.builds.strategies.hook_module import HOOK_MODULE_NAME
from archpip.builds.strategies.import_library import write_definitions
from archpip.builds.toolchains.lowering import ensure_floor

PTH_NAME = "archpip-target.pth"

_Run = Callable[[Sequence[str]], None]


def stage_plan(plan: BuildPlan, folder: Path, *, run: _Run, environment: Mapping[str, str]) -> None:
    """Write all files of a plan into a new folder.

    Args:
        plan: The plan.
        folder: The folder that `profile.FILES` stands for; it is created.
        run: Runs a command of this machine to its end.
        environment: Variables for the toolchain's programs.

    Raises:
        ToolchainFailedError: The toolchain cannot make its stand-ins for an older C library.
        subprocess.CalledProcessError: The import library cannot be made.
    """
    folder.mkdir(parents=True)
    for copied in plan.copied_folders:
        copytree(copied.source, folder / copied.path, ignore=ignore_patterns(*copied.without))
    for file in plan.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_place(file.content, folder), encoding="utf-8")
        path.chmod(0o755 if file.executable else 0o644)
    if plan.floor_libraries is not None:
        wanted = plan.floor_libraries
        ensure_floor(wanted.toolchain, wanted.floor, wanted.folder, environment=environment)
    if plan.import_library is not None:
        _make_import_library(plan, folder, run)


def _make_import_library(plan: BuildPlan, folder: Path, run: _Run) -> None:
    wanted = plan.import_library
    if wanted is None:
        return
    headers = sorted((folder / wanted.headers).rglob("*.h"))
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in headers)
    definitions = folder / f"{wanted.dll}.def"
    definitions.write_text(write_definitions(wanted.dll, texts), encoding="utf-8")
    library = folder / wanted.path
    library.parent.mkdir(parents=True, exist_ok=True)
    run([*wanted.command, "-d", str(definitions), "-l", str(library), "-D", wanted.dll])


def show_target_to_python(plan: BuildPlan, folder: Path, site_packages: Path) -> None:
    """Make the planned modules importable in the build environment's Python.

    They have no effect by themselves: `_PYTHON_SYSCONFIGDATA_NAME`, which only the hooks get,
    selects one, and the other acts only in the process that runs the hooks.
    """
    if plan.python_path is None:
        return
    lines = f"{folder / plan.python_path}\nimport {HOOK_MODULE_NAME}\n"
    (site_packages / PTH_NAME).write_text(lines, encoding="utf-8")


def hook_settings(plan: BuildPlan, folder: Path, base: Mapping[str, str]) -> HookSettings:
    """Return the settings of the backend's hooks, with all paths filled in.

    Args:
        plan: The plan.
        folder: The folder that `profile.FILES` stands for.
        base: The variables of the user's own environment, which override defaults.
    """
    variables = {name: value for name, value in plan.defaults if name not in base}
    if plan.search_path:
        variables["PATH"] = os.pathsep.join((*plan.search_path, base.get("PATH", "")))
    variables.update(plan.environment)
    return HookSettings(
        environment=tuple((name, _place(value, folder)) for name, value in variables.items()),
        config_settings=tuple(
            (key, tuple(_place(value, folder) for value in values))
            for key, values in plan.config_settings
        ),
    )


def _place(text: str, folder: Path) -> str:
    return text.replace(FILES, folder.as_posix())
