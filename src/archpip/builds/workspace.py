"""The workspace of one build: its folder, log and processes, with the unpacked project."""

import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from packaging.utils import (
    InvalidSdistFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
)

from archpip.builds.backends import Backend, find_backend
from archpip.builds.errors import InvalidBuildSystemError
from archpip.builds.model import BuildOptions, BuildReporter, BuildSettings, BuildStep
from archpip.builds.patches import apply_patches
from archpip.builds.processes import CommandRunner, Deadline, ProcessSet
from archpip.builds.sdists import sdist_stem, unpack_sdist
from archpip.foreign_toml import parse_toml
from archpip.owned_folders import owned_folder
from archpip.targets import Target


class Order(Struct, frozen=True, kw_only=True):
    """A build to run."""

    project: str
    """Name and version for messages, or the name alone where the sdist's own does not begin so."""
    sdist: Path
    """An archive or a folder."""
    target: Target
    subdirectory: str | None
    settings: BuildSettings
    native_evidence: str | None = None
    """How the caller knows that native code is expected."""


class Workspace(Struct, frozen=True, kw_only=True):
    """One build's own folder and log, with the project unpacked and patched."""

    project: str
    """The order's."""
    folder: Path
    root: Path
    """The project, in `folder`."""
    backend: Backend
    log: Path
    runner: CommandRunner

    def log_lines(self) -> list[str]:
        """Return the output of the build's commands so far."""
        if not self.log.exists():
            return []
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()


@contextmanager
def open_workspace(
    order: Order,
    *,
    options: BuildOptions,
    environment: Mapping[str, str],
    reporter: BuildReporter,
    processes: ProcessSet,
) -> Iterator[Workspace]:
    """Unpack and patch an order's sdist, in a folder that is deleted with the workspace.

    The log is kept if an error is raised in the workspace, and deleted otherwise.

    Raises:
        InvalidSdistError: It cannot be unpacked safely.
        PatchError: A patch of its settings does not apply.
        InvalidBuildSystemError: Its pyproject.toml cannot be read.
    """
    project = order.project
    log = _fresh_log(options, f"{project}-{order.target.name}-{order.target.python.tag}")
    runner = CommandRunner(
        log=log,
        deadline=Deadline(options.time_limit_seconds),
        on_output=lambda line: reporter.build_output(project, line),
        processes=processes,
    )
    with _working_folder(options, f"{project}-{order.target.name}-") as folder:
        reporter.build_step(project, BuildStep.UNPACK)
        source = folder / "source"
        source.mkdir()
        root = unpack_sdist(order.sdist, source, subdirectory=order.subdirectory)
        patches = order.settings.patches
        apply_patches(patches, root, project=project, runner=runner, environment=environment)
        yield Workspace(
            project=project,
            folder=folder,
            root=root,
            backend=_read_backend(root, project),
            log=log,
            runner=runner,
        )
    log.unlink(missing_ok=True)


def _fresh_log(options: BuildOptions, name: str) -> Path:
    options.log_folder.mkdir(parents=True, exist_ok=True)
    log = options.log_folder / f"{name}.log"
    log.unlink(missing_ok=True)
    return log


@contextmanager
def _working_folder(options: BuildOptions, prefix: str) -> Iterator[Path]:
    """Yield a new folder, removed afterwards unless builds are kept.

    Its path is absolute: a build's commands run in other folders.
    It is always new: py-build-cmake and setuptools reuse the output of an earlier build.
    """
    if options.keep_build_folder is not None:
        kept = options.keep_build_folder.absolute()
        kept.mkdir(parents=True, exist_ok=True)
        yield Path(tempfile.mkdtemp(prefix=prefix, dir=kept))
        return
    if options.work_folder is not None:
        options.work_folder.mkdir(parents=True, exist_ok=True)
    with owned_folder(f"archpip-{prefix}", options.work_folder) as folder:
        yield folder


def display_project(filename: str, name: NormalizedName) -> str:
    """Return a project's name for messages; a folder may have any name."""
    return sdist_stem(filename) if find_project_name(filename) == name else name


def find_project_name(filename: str) -> NormalizedName:
    """Return the project's normalised name; a folder's own name if it is not like an sdist's."""
    stem = sdist_stem(filename)
    try:
        return parse_sdist_filename(f"{stem}.tar.gz")[0]
    except InvalidSdistFilename:
        return canonicalize_name(stem)


def _read_backend(root: Path, project: str) -> Backend:
    try:
        table = parse_toml((root / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return find_backend(None)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        reason = f"pyproject.toml cannot be read: {error}"
        raise InvalidBuildSystemError(project=project, reason=reason) from error
    build_system = table.get("build-system")
    return find_backend(build_system if isinstance(build_system, dict) else None)
