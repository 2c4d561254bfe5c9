"""Why verified wheels cannot be put where they were to go."""

from pathlib import Path

from archpip.errors import BuildError, ExitCode, FuseError, InstallError
from archpip.verdicts import Verdict


class WrongArchitectureError(InstallError):
    """A downloaded wheel does not run on the target."""

    code = "wrong-architecture"

    def __init__(self, *, filename: str, verdict: Verdict) -> None:
        super().__init__(filename)
        self.filename = filename
        self.verdict = verdict

    def __str__(self) -> str:
        findings = [finding for finding in self.verdict.findings if finding.severity.rank]
        first = f": {findings[0].message}" if findings else ""
        return f"{self.filename} is {self.verdict.status} for {self.verdict.target}{first}"

    @property
    def hint(self) -> str | None:
        """How to see all findings."""
        return f"`archpip inspect --target-platform {self.verdict.target}` lists every finding."


class NeitherFusedNorBuiltError(InstallError):
    """Two thin wheels do not fuse, and their sdist was not built for both machines either."""

    code = "neither-fused-nor-built"
    exit_code = ExitCode.BUILD

    def __init__(self, *, conflict: FuseError, failure: BuildError) -> None:
        super().__init__(conflict, failure)
        self.conflict = conflict
        self.failure = failure

    def __str__(self) -> str:
        return f"{self.conflict}; nor was it built from source: {self.failure}"

    @property
    def hint(self) -> str | None:
        """What the build lacked."""
        return self.failure.hint


class ChangedWheelError(InstallError):
    """A wheel's bytes are not those that were verified."""

    code = "changed-wheel"

    def __init__(self, *, path: Path, expected: str, found: str) -> None:
        super().__init__(path)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return (
            f"{self.path} changed after it was verified: its sha256 was {self.expected}, "
            f"it is {self.found}"
        )


class UninstallableWheelError(InstallError):
    """A wheel is against the specification in what an installer needs, so none takes it."""

    code = "uninstallable-wheel"

    def __init__(self, *, filename: str, reason: str) -> None:
        super().__init__(filename)
        self.filename = filename
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.filename} cannot be installed: {self.reason}"

    @property
    def hint(self) -> str:
        """Say what may go in its place."""
        return (
            "Ask for another version; or --no-binary NAME builds the project from its sdist,"
            " if it has one."
        )


class EditableFolderError(InstallError):
    """An editable project cannot be installed into a `--target` folder."""

    code = "editable-folder"

    def __init__(self, *, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        return f"An editable project cannot go into a --target folder: {', '.join(self.names)}"

    @property
    def hint(self) -> str:
        """Name what can be."""
        return "Leave out -e to install the project as it is now."


class ForeignEnvironmentError(InstallError):
    """The environment's interpreter does not run what was chosen for the target."""

    code = "foreign-environment"

    def __init__(self, *, target: str, environment: Path, differences: tuple[str, ...]) -> None:
        super().__init__(target, environment)
        self.target = target
        self.environment = environment
        self.differences = differences

    def __str__(self) -> str:
        why = "; ".join(self.differences)
        return f"What was chosen for {self.target} does not run in {self.environment}: {why}"

    @property
    def hint(self) -> str | None:
        """Where it can go."""
        return "Install into a folder with --target DIR, or lock it with `archpip lock`."


class ManagedEnvironmentError(InstallError):
    """The environment is filled by the system's own packages (PEP 668)."""

    code = "managed-environment"

    def __init__(self, *, python: Path, marker: Path) -> None:
        super().__init__(python)
        self.python = python
        self.marker = marker

    def __str__(self) -> str:
        return f"{self.python} belongs to the system, which installs packages there: {self.marker}"

    @property
    def hint(self) -> str:
        """Where it can go."""
        return (
            "Create a virtual environment and name it, --python PATH, or a folder, --target FOLDER;"
            " --break-system-packages installs all the same."
        )


class InstallFailedError(InstallError):
    """The installer, pip or uv, failed."""

    code = "install-failed"

    def __init__(self, *, command: str, exit_status: int, output: str) -> None:
        super().__init__(command, exit_status)
        self.command = command
        self.exit_status = exit_status
        self.output = output

    def __str__(self) -> str:
        return f"{self.command} ended with status {self.exit_status}: {self._own_words()}"

    def _own_words(self) -> str:
        """Return the installer's last error, which is rarely its last line."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith(("error", "fatal"))]
        return (errors or lines or ["it said nothing"])[-1]


class InstallationStoppedError(InstallError):
    """The user interrupted again, while the installer was finishing."""

    code = "installation-stopped"
    exit_code = ExitCode.INTERRUPTED

    def __str__(self) -> str:
        return "The installer was stopped, and the environment may hold half of a project"

    @property
    def hint(self) -> str | None:
        """How to mend it."""
        return "Run the command again with --force-reinstall, which replaces everything it names."


class FolderOccupiedError(InstallError):
    """The installation would overwrite files in a folder."""

    code = "folder-occupied"

    def __init__(self, *, folder: Path, occupied: tuple[str, ...]) -> None:
        super().__init__(folder)
        self.folder = folder
        self.occupied = occupied

    def __str__(self) -> str:
        shown = ", ".join(self.occupied[:5])
        more = f" and {len(self.occupied) - 5} more" if len(self.occupied) > 5 else ""  # noqa: PLR2004 - as shown
        return f"{self.folder} already holds {shown}{more}, which would be overwritten"

    @property
    def hint(self) -> str | None:
        """How to replace them."""
        return "Give --upgrade to replace them, or another folder."


class UnremovableDistributionError(InstallError):
    """A distribution that would be replaced has no list of its files."""

    code = "unremovable-distribution"

    def __init__(self, *, name: str, info: Path) -> None:
        super().__init__(name, info)
        self.name = name
        self.info = info

    def __str__(self) -> str:
        return f"{self.name} cannot be replaced: {self.info} does not say which files are its own"

    @property
    def hint(self) -> str:
        """Say what is safe."""
        return "Use another folder, or remove its files yourself."


class FolderUnwritableError(InstallError):
    """A folder cannot be filled; it is as it was before."""

    code = "folder-unwritable"

    def __init__(self, *, folder: Path, reason: str) -> None:
        super().__init__(folder)
        self.folder = folder
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot install into {self.folder}: {self.reason}; it is as it was before"
