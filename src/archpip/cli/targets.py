"""The targets and floors that arguments and settings name."""

import argparse
from functools import partial

from msgspec.structs import replace

from archpip.cli.context import CommandContext
from archpip.errors import UsageError
from archpip.targets import Floors, Target, parse_floor, parse_python, parse_target

FLOORS = {"macos": "macOS", "glibc": "glibc", "musl": "musl"}
"""The settings that give floors, and what each is a version of."""


class SeveralTargetsError(UsageError):
    """A command that takes one target got several."""

    code = "several-targets"

    def __init__(self, *, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        return f"This command takes one target, not {', '.join(self.names)}"

    @property
    def hint(self) -> str:
        """Say how to choose, and what takes several."""
        return "Name one with --target-platform; `archpip lock` takes several."


class IdleFloorError(UsageError):
    """A floor was given that applies to none of the targets."""

    code = "idle-floor"

    def __init__(self, *, option: str, targets: tuple[str, ...]) -> None:
        super().__init__(option, targets)
        self.option = option
        self.targets = targets

    def __str__(self) -> str:
        return f"{self.option} applies to none of the targets: {', '.join(self.targets)}"

    @property
    def hint(self) -> str:
        """Say where it may stand all the same."""
        return "Leave it out. Only a floor in a settings file may apply to none of them."


def read_target(
    arguments: argparse.Namespace, context: CommandContext, *, python_version: str | None = None
) -> Target:
    """Parse the target of a command that serves only one.

    Args:
        arguments: The arguments.
        context: The settings, and the host.
        python_version: Holds over the settings, but not over the arguments.

    Raises:
        SeveralTargetsError: Several are given.
    """
    targets = read_targets(arguments, context, python_version=python_version)
    if len(targets) > 1:
        raise SeveralTargetsError(names=tuple(target.name for target in targets))
    return targets[0]


def read_targets(
    arguments: argparse.Namespace, context: CommandContext, *, python_version: str | None = None
) -> tuple[Target, ...]:
    """Parse the targets from the arguments, else from the settings, else take the host.

    A target that is given twice, maybe by two of its names, is returned once.
    `python_version` is that of `read_target`.

    Raises:
        InvalidTargetError: A name is no target's.
        IdleFloorError: A floor on the command line applies to none of the targets.
    """
    own = context.own
    version = arguments.python_version or python_version or own.text("python-version")
    python = parse_python(version) if version else None
    floors = read_floors(arguments, context)
    names: list[str] = list(arguments.target_platform or ())
    if arguments.target_arch:
        names.append(arguments.target_arch)
    if not names:
        arch = own.text("target-arch")
        names = [*own.words("target-platform"), *([arch] if arch else [])]
    parsed = (
        parse_target(name, host=context.host, python=python, floors=floors)
        for name in names or ["host"]
    )
    targets = tuple(dict.fromkeys(parsed))
    _check_floors(arguments, targets)
    return targets


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


def _check_floors(arguments: argparse.Namespace, targets: tuple[Target, ...]) -> None:
    """Refuse floors without effect; those from settings may be for other runs."""
    for name in filter(partial(getattr, arguments), FLOORS):
        floors = Floors(**{name: (0, 0)})
        if not any(floors.for_system(each.operating_system, each.libc) for each in targets):
            raise IdleFloorError(
                option=f"--{name}", targets=tuple(target.name for target in targets)
            )
