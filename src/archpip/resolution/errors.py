"""What can go wrong while requirements are read and resolved."""

from packaging.utils import NormalizedName

from archpip.errors import ResolutionError, UsageError
from archpip.resolution.model import Rejection


class InvalidRequirementError(UsageError):
    """A requirement cannot be parsed, or is of a kind that archpip does not support here."""

    code = "invalid-requirement"

    def __init__(self, *, text: str, origin: str, reason: str, hint: str | None = None) -> None:
        super().__init__(text, origin, reason)
        self.text = text
        """Already redacted of credentials by the caller."""
        self.origin = origin
        self.reason = reason
        self._hint = hint

    def __str__(self) -> str:
        return f"{self.origin}: '{self.text}' is not a requirement: {self.reason}"

    @property
    def hint(self) -> str | None:
        """What was probably meant, if known."""
        return self._hint


class RequirementsFileError(UsageError):
    """A requirements or constraints file cannot be read."""

    code = "requirements-file"

    def __init__(self, *, location: str, line: int | None, reason: str) -> None:
        super().__init__(location, line, reason)
        self.location = location
        self.line = line
        self.reason = reason
        self._named_by: str | None = None

    def __str__(self) -> str:
        where = self.location if self.line is None else f"{self.location}:{self.line}"
        through = f" (named by {self._named_by})" if self._named_by else ""
        return f"{where}{through}: {self.reason}"

    def note_inclusion(self, place: str) -> None:
        """Record the line that includes the file; the innermost one is shown."""
        self._named_by = self._named_by or place


class ProjectFileError(UsageError):
    """A `pyproject.toml`, a script or a dependency group cannot be read."""

    code = "project-file"

    def __init__(self, *, location: str, reason: str) -> None:
        super().__init__(location, reason)
        self.location = location
        """The path as the user wrote it; a group's name follows after a colon."""
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}"


class UvSourceError(UsageError):
    """A source in `[tool.uv.sources]` is of a kind that archpip does not support, or not there."""

    code = "uv-source"

    def __init__(self, *, location: str, subject: str, reason: str) -> None:
        super().__init__(location, subject, reason)
        self.location = location
        self.subject = subject
        """Below `[tool.uv]`: `sources.torch`, or an index."""
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.location}: tool.uv: {self.subject} cannot be followed: {self.reason}"

    @property
    def hint(self) -> str:
        """Name the workaround."""
        return (
            "--no-sources ignores these tables; --index and --index-pin pin projects to one index."
        )


class UnknownExtraError(UsageError):
    """A project's file has no such extra."""

    code = "unknown-extra"

    def __init__(self, *, location: str, extra: str, known: tuple[str, ...]) -> None:
        super().__init__(location, extra)
        self.location = location
        self.extra = extra
        self.known = known

    def __str__(self) -> str:
        return f"{self.location} has no extra '{self.extra}'"

    @property
    def hint(self) -> str:
        """Name those that there are."""
        return f"It has {', '.join(self.known)}." if self.known else "It has no extras."


class UnknownGroupError(UsageError):
    """A project's file has no such dependency group."""

    code = "unknown-group"

    def __init__(self, *, location: str, group: str, known: tuple[str, ...]) -> None:
        super().__init__(location, group)
        self.location = location
        self.group = group
        self.known = known

    def __str__(self) -> str:
        return f"{self.location} has no dependency group '{self.group}'"

    @property
    def hint(self) -> str:
        """Name those that there are."""
        return f"It has {', '.join(self.known)}." if self.known else "It has no dependency groups."


class PythonRefusedError(ResolutionError):
    """A project or script that was named does not run on the target's Python."""

    code = "python-refused"

    def __init__(self, *, location: str, requires_python: str, target: str, python: str) -> None:
        super().__init__(location, requires_python, target, python)
        self.location = location
        self.requires_python = requires_python
        self.target = target
        self.python = python

    def __str__(self) -> str:
        return (
            f"{self.location} requires Python {self.requires_python}; "
            f"{self.target} has {self.python}"
        )

    @property
    def hint(self) -> str:
        """Name the flags that decide it."""
        return "Choose another with --python-version, or pass --ignore-requires-python."


class InvalidMetadataError(ResolutionError):
    """METADATA or PKG-INFO is invalid. The resolver turns it into a rejection."""

    code = "invalid-metadata"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The metadata is invalid: {self.reason}"


class WheelNotFoundError(UsageError):
    """No index has the wheel that was named."""

    code = "wheel-not-found"

    def __init__(
        self,
        *,
        subject: str,
        reason: str,
        instead: tuple[str, ...] = (),
        has_source: bool = False,
    ) -> None:
        super().__init__(subject, reason)
        self.subject = subject
        self.reason = reason
        self.instead = instead
        """File names that exist."""
        self.has_source = has_source
        """Whether it can be built from source for the target instead."""

    def __str__(self) -> str:
        return f"There is no wheel for '{self.subject}': {self.reason}"

    @property
    def hint(self) -> str | None:
        """Name similar file names."""
        from difflib import get_close_matches  # needed only on this error

        near = get_close_matches(self.subject, self.instead, n=3, cutoff=0)
        return f"There is {', '.join(near)}." if near else None


class HashesRequiredError(UsageError):
    """Hashes are required, and a project has none or is not pinned."""

    code = "hashes-required"

    def __init__(self, *, missing: tuple[str, ...]) -> None:
        super().__init__(missing)
        self.missing = missing
        """One phrase per requirement without a hash or pin, in the order met."""

    def __str__(self) -> str:
        return (
            "Hashes are required (--require-hashes, or a requirement that has one), "
            f"but not given for: {', '.join(self.missing)}"
        )

    @property
    def hint(self) -> str:
        """Name the ways to get hashes."""
        return "Lock once without hashes: `archpip lock` writes every hash."


class NoSolutionError(ResolutionError):
    """No set of candidates satisfies the requirements on the target."""

    code = "no-solution"

    def __init__(
        self,
        *,
        target: str,
        explanation: str,
        rejections: tuple[Rejection, ...] = (),
        projects: frozenset[NormalizedName] = frozenset(),
        subjects: tuple[NormalizedName, ...] = (),
        is_proven: bool = True,
        hint: str | None = None,
        override: str | None = None,
    ) -> None:
        super().__init__(target, explanation)
        self.target = target
        """The target's name."""
        self.explanation = explanation
        """Several lines: the requirements, the versions found, and why each was refused."""
        self.rejections = rejections
        """The links that were refused among the projects in conflict."""
        self.projects = projects
        """The projects in conflict, and those that lead to them."""
        self.subjects = subjects
        """The projects of which no version was found, in the order of the explanation."""
        self.is_proven = is_proven
        """False if an sdist that was not read might satisfy the requirements."""
        self._hint = hint
        self._override = override
        """How to take a wheel that was refused for its content."""

    def __str__(self) -> str:
        return f"There is no solution for {self.target}.\n{self.explanation}"

    def advise(self, hint: str | None) -> None:
        """Add a hint that was found to lead to a solution."""
        self._hint = " ".join(filter(None, (self._hint, hint))) or None

    @property
    def has_advice(self) -> bool:
        """Whether a change is advised that overrides no verdict."""
        return self._hint is not None

    @property
    def hint(self) -> str | None:
        """The option or change that would lead to a solution."""
        return " ".join(filter(None, (self._hint, self._override))) or None


class IndirectReferenceError(ResolutionError):
    """A project on an index requires something from a URL, a folder or a repository."""

    code = "indirect-reference"

    def __init__(
        self, *, who: str, name: str, version: str, project: str, url: str, chain: tuple[str, ...]
    ) -> None:
        super().__init__(who, name, version, project, url, chain)
        self.who = who
        """Project or extra, and version."""
        self.name = name
        """The project that requires it."""
        self.version = version
        self.project = project
        """The required project."""
        self.url = url
        """The direct reference as in a requirement; redacted of credentials."""
        self.chain = chain
        """The chain of requirements that led to it, the user's first."""

    def __str__(self) -> str:
        return (
            f"{self.who} requires {self.project} from {self.url}, and only your own "
            "requirements and constraints may say where a project comes from"
        )

    @property
    def details(self) -> tuple[str, ...]:
        """The chain of requirements that led to it."""
        return self.chain

    @property
    def hint(self) -> str:
        """Name both workarounds."""
        return (
            f"If you trust it, require or constrain '{self.project} @ {self.url}' yourself; "
            f"'{self.name}!={self.version}' leaves that version out."
        )


class NotAlignedError(ResolutionError):
    """The targets cannot share one version of every project (`--align strict`)."""

    code = "not-aligned"

    def __init__(self, *, differences: tuple[str, ...]) -> None:
        super().__init__(differences)
        self.differences = differences
        """One sentence for each project: who takes which version, and why."""

    def __str__(self) -> str:
        listed = "\n".join(f"  {difference}" for difference in self.differences)
        return f"The targets cannot share one version of every project.\n{listed}"

    @property
    def hint(self) -> str:
        """Name the option that lets targets differ."""
        return "--align prefer lets these differ; bounds on them may help the others."


class ResolutionTooDeepError(ResolutionError):
    """The search was given up after too many rounds."""

    code = "resolution-too-deep"

    def __init__(self, *, target: str, rounds: int) -> None:
        super().__init__(target, rounds)
        self.target = target
        self.rounds = rounds

    def __str__(self) -> str:
        return f"The resolution for {self.target} was given up after {self.rounds} rounds"

    @property
    def hint(self) -> str:
        """Advise tighter bounds."""
        return "Add lower bounds or constraints for the projects that it goes back and forth on."
