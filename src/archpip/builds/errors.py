"""What can go wrong while a source distribution becomes a wheel.

Each refusal has its own code. Those that concern the finished wheel (`built-for-wrong-target`,
`pure-wheel`, `tag-mismatch`, `floor-too-high`) are raised before anybody can install it.
"""

from pathlib import Path

from packaging.utils import canonicalize_name

from archpip.errors import BuildError, UsageError


class InvalidSdistError(BuildError):
    """A source distribution cannot be unpacked safely."""

    code = "invalid-sdist"

    def __init__(self, *, filename: str, reason: str) -> None:
        super().__init__(filename, reason)
        self.filename = filename
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.filename} cannot be unpacked: {self.reason}"

    @property
    def hint(self) -> str:
        """Say how to do without it."""
        return "--only-binary NAME takes wheels of the project alone, or another version of it."


class InvalidBuildSystemError(BuildError):
    """The `[build-system]` table of a project breaks PEP 517 or PEP 518."""

    code = "invalid-build-system"

    def __init__(self, *, project: str, reason: str) -> None:
        super().__init__(project, reason)
        self.project = project
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.project} does not say how it is built: {self.reason}"

    @property
    def hint(self) -> str:
        """Say who can mend it, and how to do without."""
        return (
            "Its authors have to correct its pyproject.toml; `patches` in "
            f"[tool.archpip.build.{self.project}] does so until then."
        )


class BuildFailedError(BuildError):
    """A build ran and failed."""

    code = "build-failed"

    def __init__(
        self,
        *,
        project: str,
        target: str,
        step: str,
        reason: str,
        log: Path,
        excerpt: tuple[str, ...] = (),
        advice: str | None = None,
    ) -> None:
        super().__init__(project, target, step, reason, log)
        self.project = project
        self.target = target
        self.step = step
        """What was being done, as a noun: `the wheel`, `its build requirements`."""
        self.reason = reason
        """The first real error of the log, in the failing tool's own words."""
        self.log = log
        self.excerpt = excerpt
        """What stands around that in the log."""
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.project} was not built for {self.target}: {self.step} failed: {self.reason}"

    @property
    def details(self) -> tuple[str, ...]:
        """Show the log where it tells of the error."""
        return self.excerpt

    @property
    def hint(self) -> str:
        """Say what may help, and where the log is."""
        more = f"The whole log is {self.log}; --keep-build keeps the folder it was built in."
        return f"{self.advice} {more}" if self.advice else more


class BuildTimeoutError(BuildFailedError):
    """A build took longer than it was allowed."""

    code = "build-timeout"

    @property
    def hint(self) -> str:
        """Say which option gives more time."""
        return f"--build-timeout gives it longer; the log so far is {self.log}."


class BackendMissingError(BuildError):
    """The build backend that a project names cannot be imported."""

    code = "backend-missing"

    def __init__(self, *, project: str, backend: str, reason: str, log: Path) -> None:
        super().__init__(project, backend, reason, log)
        self.project = project
        self.backend = backend
        self.reason = reason
        self.log = log

    def __str__(self) -> str:
        return (
            f"{self.project} cannot be built: its build backend {self.backend} "
            f"cannot be imported: {self.reason}"
        )

    @property
    def hint(self) -> str:
        """Say how a missing build requirement is added."""
        return (
            "Its [build-system] requires may be incomplete; add what is missing with "
            f"`build-requires` in [tool.archpip.build.{self.project}]."
        )


class ToolchainMissingError(BuildError):
    """This machine lacks a tool or file that the build needs."""

    code = "toolchain-missing"

    def __init__(self, *, project: str, target: str, missing: str, remedy: str) -> None:
        super().__init__(project, target, missing, remedy)
        self.project = project
        self.target = target
        self.missing = missing
        self.remedy = remedy
        """One sentence with the command that gets it."""

    def __str__(self) -> str:
        return f"{self.project} cannot be built for {self.target} here: {self.missing}"

    @property
    def hint(self) -> str:
        """Give the command that gets what is missing."""
        return self.remedy


class BuildNotApprovedError(BuildError):
    """The team's settings forbid running this project's build."""

    code = "build-not-approved"

    def __init__(self, *, project: str) -> None:
        super().__init__(project)
        self.project = project

    def __str__(self) -> str:
        return (
            f"{self.project} was not built: building runs its code, and "
            "`require-source-build-approval` is set"
        )

    @property
    def hint(self) -> str:
        """Say how a project is approved."""
        return f"Approve it by name: `approved = true` in [tool.archpip.build.{self.project}]."


class BuiltForWrongTargetError(BuildError):
    """The built wheel's native code does not run on the target."""

    code = "built-for-wrong-target"

    def __init__(self, *, wheel: str, target: str, findings: tuple[str, ...]) -> None:
        super().__init__(wheel, target, findings)
        self.wheel = wheel
        self.target = target
        self.findings = findings
        """What the verdict found, worst first, each with code and member."""

    def __str__(self) -> str:
        more = f" (and {len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
        first = f"{self.findings[0]}{more}"
        return f"The build made {self.wheel}, which is wrong for {self.target}: {first}"

    @property
    def hint(self) -> str:
        """Say what a build script that does this probably does."""
        return (
            "Its build script takes the compiler or machine from somewhere else; name them as "
            f"`environment` in {_settings(self.wheel)}, or build on the target itself."
        )


class FloorTooHighError(BuiltForWrongTargetError):
    """The built wheel needs a newer system than the target's floor."""

    code = "floor-too-high"

    @property
    def hint(self) -> str:
        """Name what lowers a floor."""
        return (
            "Build against an older system: `--builder zig` has glibc floors down to 2.17, a "
            "sysroot of an older release does too; or raise the target's floor."
        )


class PureWheelError(BuildError):
    """The build made a pure wheel where native code was expected."""

    code = "pure-wheel"

    def __init__(self, *, wheel: str, target: str, evidence: str) -> None:
        super().__init__(wheel, target, evidence)
        self.wheel = wheel
        self.target = target
        self.evidence = evidence
        """Why native code was expected."""

    def __str__(self) -> str:
        return (
            f"The build for {self.target} made {self.wheel}, which holds no native code, "
            f"but some was expected: {self.evidence}"
        )

    @property
    def hint(self) -> str:
        """Say what has probably happened, and how a pure wheel is accepted."""
        return (
            "A compiler that failed may have been passed over: `-vv` shows what the build printed. "
            f"A pure wheel is accepted with `allow-pure = true` in {_settings(self.wheel)}."
        )


class TagMismatchError(BuildError):
    """The built wheel's name, or a module's suffix, says another target than it was built for."""

    code = "tag-mismatch"

    def __init__(self, *, wheel: str, target: str, found: str, expected: str) -> None:
        super().__init__(wheel, target, found, expected)
        self.wheel = wheel
        self.target = target
        self.found = found
        self.expected = expected

    def __str__(self) -> str:
        return (
            f"The build for {self.target} made {self.wheel}, whose {self.found} does not fit: "
            f"expected {self.expected}"
        )

    @property
    def hint(self) -> str:
        """Say what a build script that does this probably does, and how to see what it was told."""
        return (
            "Its build script names things after the machine it runs on; `archpip wheel --dry-run` "
            "shows which variables and settings tell it the target."
        )


class PatchError(BuildError):
    """A patch of a project's build settings cannot be applied."""

    code = "patch"

    def __init__(self, *, project: str, patch: str, reason: str) -> None:
        super().__init__(project, patch, reason)
        self.project = project
        self.patch = patch
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.project} was not built: patch {self.patch} does not apply: {self.reason}"

    @property
    def hint(self) -> str:
        """Say where patches are named."""
        return (
            "It stands in `patches` of the project's [tool.archpip.build.NAME]; `-vv` shows what "
            "`patch` printed."
        )


class InvalidToolchainError(BuildError):
    """The description of a toolchain is invalid."""

    code = "invalid-toolchain"

    def __init__(self, *, name: str, problems: tuple[str, ...]) -> None:
        super().__init__(name, problems)
        self.name = name
        self.problems = problems

    def __str__(self) -> str:
        return f"Toolchain {self.name} is not understood: {'; '.join(self.problems)}"

    @property
    def hint(self) -> str:
        """Say where it is described."""
        return (
            f"Correct it in [tool.archpip.toolchain.{self.name}]; one that archpip made goes by "
            f"`archpip toolchain remove {self.name}`."
        )


class ToolchainFailedError(BuildError):
    """A toolchain cannot be made on this machine."""

    code = "toolchain-failed"

    def __init__(self, *, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"A toolchain for {self.name} was not made: {self.reason}"

    @property
    def hint(self) -> str:
        """Say that any compiler and sysroot will do."""
        return f"Name your own compiler and sysroot in [tool.archpip.toolchain.{self.name}]."


class UnknownToolchainError(BuildError):
    """There is no toolchain of this name."""

    code = "unknown-toolchain"

    def __init__(self, *, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name = name
        self.known = known

    def __str__(self) -> str:
        known = ", ".join(self.known) or "none"
        return f"There is no toolchain {self.name}; there is {known}"

    @property
    def hint(self) -> str:
        """Say where those that there are stand."""
        return (
            "`archpip toolchain list` shows those that archpip made; "
            f"one of your own stands in [tool.archpip.toolchain.{self.name}]."
        )


class InvalidBuildSettingsError(UsageError):
    """The build settings of a project are invalid."""

    code = "invalid-build-settings"

    def __init__(self, *, project: str, problems: tuple[str, ...]) -> None:
        super().__init__(project, problems)
        self.project = project
        self.problems = problems

    def __str__(self) -> str:
        return f"[tool.archpip.build.{self.project}] is not understood: {'; '.join(self.problems)}"

    @property
    def hint(self) -> str:
        """Name what the table may hold."""
        return (
            "It may have config-settings, environment, build-requires, patches, approved "
            "and allow-pure."
        )


def _settings(wheel: str) -> str:
    """Name the table that holds for the project of a wheel."""
    return f"[tool.archpip.build.{canonicalize_name(wheel.partition('-')[0])}]"
