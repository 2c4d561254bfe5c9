"""Turn arguments, pip's files, the project and the environment into the values that `app` takes.

The command line takes precedence over everything, then come archpip's and pip's variables, then the
files; see `archpip.settings` for their order.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from archpip.cli.output_settings import adopt_output_settings
from archpip.cli.terminal import Terminal
from archpip.errors import UsageError
from archpip.reachable import is_file, is_folder, is_there
from archpip.settings import (
    ConfigurationError,
    OwnSetting,
    OwnSettings,
    PipConfig,
    Surroundings,
    read_own_settings,
    read_pip_config,
)
from archpip.targets import (
    Floors,
    Target,
    detect_host,
    parse_floor,
    parse_python,
    parse_target,
    probe_interpreter,
)
from archpip.verdicts import OnUnknown, Policy, Verdict, find_unmatched, parse_override

_FLAG = "--override"
FLOORS = {"macos": "macOS", "glibc": "glibc", "musl": "musl"}
"""The settings that give floors, and what each is a version of."""


class SeveralTargetsError(UsageError):
    """A command that serves one target got several."""

    code = "several-targets"

    def __init__(self, *, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        return f"This command serves one target, not {', '.join(self.names)}"


class IdleFloorError(UsageError):
    """A floor was asked for, and no target is of a system that has one of its kind."""

    code = "idle-floor"

    def __init__(self, *, option: str, targets: tuple[str, ...]) -> None:
        super().__init__(option, targets)
        self.option = option
        self.targets = targets

    def __str__(self) -> str:
        return f"{self.option} holds for no target here: {', '.join(self.targets)}"

    @property
    def hint(self) -> str:
        """Say where it may stand all the same."""
        return "Leave it out; in the settings it may stand for targets to come."


class CommandContext(Struct, frozen=True, kw_only=True):
    """The context of a command: this machine and its settings, before its arguments are applied."""

    surroundings: Surroundings
    pip_config: PipConfig
    own: OwnSettings
    host: Target
    """The interpreter to install into: `--python`, or the one that runs archpip."""
    python: Path
    policy_text: str | None = None
    """The text of the shared policy, which the settings override."""
    named_policies: Mapping[str, tuple[OwnSetting, ...]] = field(default_factory=dict)
    """The policy's differing settings for a gateway's named views."""


def read_context(arguments: argparse.Namespace, terminal: Terminal) -> CommandContext:
    """Read this machine and its configuration files; the terminal is told what those say of it.

    Raises:
        ConfigurationError: A file is malformed.
        InterpreterUnusableError: `--python` names no Python.
        PolicyFileError: The shared policy is invalid.
        PolicyMissingError: It has no policy of the requested name.
    """
    named = getattr(arguments, "python", None)
    python = find_python(Path(named)) if named else Path(sys.executable)
    host = probe_interpreter(python) if named else detect_host()
    surroundings = Surroundings(
        environ=terminal.environ,
        home=Path.home(),
        prefix=python.parent.parent if named else Path(sys.prefix),
        working_folder=Path.cwd(),
        operating_system=detect_host().operating_system,
    )
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
    from archpip.cli.policies import with_policy

    return with_policy(context, arguments, terminal, location)


def find_python(path: Path) -> Path:
    """Return an interpreter's path; an environment's folder is accepted, as in pip.

    The path is absolute, since builds run in other folders; only a bare command name is kept as is.
    """
    for candidate in (path / "bin" / "python", path / "Scripts" / "python.exe"):
        if is_folder(path) and is_there(candidate):
            return candidate.absolute()
    return path.absolute() if is_file(path) else path


def find_store_url(arguments: argparse.Namespace, context: CommandContext) -> str | None:
    """Return the URL of the database that replaces the file in the cache folder.

    Raises:
        ConfigurationError: archpip does not support the database.
        ExtraMissingError: The extra for it is not installed.
    """
    url = getattr(arguments, "store", None) or context.own.text("store")
    if not url:
        return None
    if not url.startswith(("postgresql://", "postgres://")):
        reason = "a store is postgresql://user:password@host/database; a file needs none"
        raise ConfigurationError(where="store", reason=reason)
    from archpip.integrations import require_extra

    require_extra("postgres")
    return url


def read_targets(arguments: argparse.Namespace, context: CommandContext) -> tuple[Target, ...]:
    """Parse the targets from the arguments, else from the settings, else take the host.

    Raises:
        InvalidTargetError: A name is no target's.
        IdleFloorError: A floor on the command line applies to none of the targets.
    """
    own = context.own
    version = arguments.python_version or own.text("python-version")
    python = parse_python(version) if version else None
    floors = read_floors(arguments, context)
    names: list[str] = list(arguments.target_platform or ())
    if arguments.target_arch:
        names.append(arguments.target_arch)
    if not names:
        arch = own.text("target-arch")
        names = [*own.words("target-platform"), *([arch] if arch else [])]
    targets = tuple(
        parse_target(name, host=context.host, python=python, floors=floors)
        for name in dict.fromkeys(names or ["host"])
    )
    _check_floors(arguments, targets)
    return targets


def _check_floors(arguments: argparse.Namespace, targets: tuple[Target, ...]) -> None:
    """Refuse floors without effect; those from settings may be for other runs."""
    for name in filter(partial(getattr, arguments), FLOORS):
        floors = Floors(**{name: (0, 0)})
        if not any(floors.for_system(each.operating_system, each.libc) for each in targets):
            raise IdleFloorError(
                option=f"--{name}", targets=tuple(target.name for target in targets)
            )


def read_floors(arguments: argparse.Namespace, context: CommandContext) -> Floors:
    """Parse the floors from the arguments, else from the settings.

    Raises:
        UsageError: A floor is no version.
    """
    return Floors(
        **{
            name: parse_floor(text, subject=subject)
            for name, subject in FLOORS.items()
            if (text := getattr(arguments, name) or context.own.text(name))
        }
    )


def read_named_floors(floors: Floors, context: CommandContext) -> dict[str, Floors]:
    """Return the floors of every named policy of the policy file, each over `floors`."""
    return {
        name: replace(
            floors,
            **{
                setting.name: parse_floor(str(setting.value), subject=FLOORS[setting.name])
                for setting in settings
                if setting.name in FLOORS
            },
        )
        for name, settings in context.named_policies.items()
    }


def read_target(arguments: argparse.Namespace, context: CommandContext) -> Target:
    """Parse the target of a command that serves only one.

    Raises:
        SeveralTargetsError: Several are given.
    """
    targets = read_targets(arguments, context)
    if len(targets) > 1:
        raise SeveralTargetsError(names=tuple(target.name for target in targets))
    return targets[0]


def split_overrides(arguments: argparse.Namespace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Separate overrides of verdicts from requirements files, which uv's `--override` takes.

    An override of a verdict has a reason after a colon; an existing file's name has no colon.
    """
    given = tuple(arguments.override)
    if not hasattr(arguments, "overrides"):
        return given, ()
    files = tuple(text for text in given if ":" not in text and is_file(Path(text)))
    return tuple(text for text in given if text not in files), (*arguments.overrides, *files)


def read_policy(arguments: argparse.Namespace, context: CommandContext) -> Policy:
    """Read which verdicts are refused.

    Raises:
        InvalidOverrideError: An override has no reason, or matches nothing that could be.
    """
    own = context.own
    written = own.find("override")
    settled = str(written.origin) if written else ""
    verdicts, _ = split_overrides(arguments)
    return Policy(
        strict=arguments.strict or own.boolean("strict"),
        on_unknown=OnUnknown(arguments.on_unknown or own.text("on-unknown") or OnUnknown.REFUSE),
        overrides=(
            *(parse_override(text, origin=settled) for text in own.words("override")),
            *(parse_override(text, origin=_FLAG) for text in verdicts),
        ),
    )


def warn_of_builds_by_clients(terminal: Terminal, context: CommandContext) -> None:
    """Warn that a gateway cannot enforce a policy's build approvals in pip and uv."""
    name = "require-source-build-approval"
    if context.own.boolean(name):
        terminal.warning(
            f"{name} holds for archpip's own builds, and not for what pip and uv build from the "
            "sdists that a gateway lists; --only-binary :all: of pip and --no-build of uv do"
        )


def read_named_policies(policy: Policy, context: CommandContext) -> dict[str, Policy]:
    """Return the named policies, each based on `policy`; `strict` is always included."""
    named = {"strict": replace(policy, strict=True)}
    for name, settings in context.named_policies.items():
        own = OwnSettings(settings=settings)
        written = own.find("override")
        named[name] = Policy(
            strict=own.boolean("strict") if own.find("strict") else policy.strict,
            on_unknown=OnUnknown(own.text("on-unknown") or policy.on_unknown),
            overrides=(
                *policy.overrides,
                *(
                    parse_override(text, origin=str(written.origin) if written else "")
                    for text in own.words("override")
                ),
            ),
        )
    return named


def warn_of_unmatched(
    policy: Policy, wheels: Iterable[tuple[str, Verdict | None]], terminal: Terminal
) -> None:
    """Warn of overrides on the command line that apply to none of these wheels.

    Overrides in files are for a project as a whole: locking and installing check those.
    """
    asked = (override for override in policy.overrides if override.origin == _FLAG)
    for override in find_unmatched(asked, wheels):
        terminal.warning(override.unmatched_message)
