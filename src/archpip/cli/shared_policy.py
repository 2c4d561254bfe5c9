"""A team's shared policy: found, fetched, validated as a whole, and put below other settings."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from archpip.app.parts import Parts
from archpip.app.policies import read_shared_policy
from archpip.cli.caching import find_cache_folder
from archpip.cli.context import CommandContext
from archpip.cli.questions import open_parts
from archpip.cli.terminal import Terminal
from archpip.errors import ArchpipError
from archpip.reachable import expand_home
from archpip.redaction import redact
from archpip.resolution import Fallback, InspectScope
from archpip.settings import (
    ConfigurationError,
    OwnSetting,
    PolicyFile,
    PolicyFileError,
    parse_policy,
    put_beneath,
    select_policy,
    split_policy_location,
)
from archpip.targets import Target, parse_floor, parse_target
from archpip.verdicts import OnUnknown, parse_override


def with_policy(
    context: CommandContext, arguments: argparse.Namespace, terminal: Terminal, location: str
) -> CommandContext:
    """Add a policy below the settings, which override it.

    Raises:
        PolicyFileError: It has errors; the message lists all of them.
        PolicyMissingError: It has no policy of the requested name.
        ConfigurationError: Its file cannot be read.
        IndexAccessError: Its server does not respond, and there is no cached copy.
    """
    shown = redact(location)
    where, name = split_policy_location(location)
    text = _read(context, arguments, terminal, where)
    policy = parse_policy(text, shown)
    problems = tuple(_iter_problems(policy, context.host))
    if problems:
        raise PolicyFileError(where=shown, problems=problems)
    own = put_beneath(context.own, select_policy(policy, name, shown))
    return replace(context, own=own, policy_text=text, named_policies=policy.named)


def _read(
    context: CommandContext, arguments: argparse.Namespace, terminal: Terminal, location: str
) -> str:
    if location.startswith(("http://", "https://")):
        with open_parts(Parts, arguments, terminal, context) as application:
            return read_shared_policy(
                location,
                server=application.index,
                folder=find_cache_folder(arguments, context) / "policies",
                warn=terminal.warning,
                is_valid=lambda text: (
                    not any(_iter_problems(parse_policy(text, location), context.host))
                ),
            )
    path = _beside(context, arguments, location)
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(where=str(path), reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(where=str(path), reason=f"not UTF-8: {error}") from error


def _beside(context: CommandContext, arguments: argparse.Namespace, location: str) -> Path:
    """Return a policy's path: one given in a settings file is relative to that file."""
    written = context.own.find("policy")
    folder = context.surroundings.working_folder
    if not arguments.policy and written is not None and written.origin.file is not None:
        folder = written.origin.file.parent
    return folder / expand_home(location)


def _iter_problems(policy: PolicyFile, host: Target) -> Iterator[str]:
    """Yield all that is wrong with a policy."""
    yield from policy.problems
    yield from _find_problems(policy.settings, host)
    for name, settings in policy.named.items():
        for problem in _find_problems(settings, host):
            yield f"policies.{name}: {problem}"


def _find_problems(settings: tuple[OwnSetting, ...], host: Target) -> Iterator[str]:
    """Yield the errors of all values, each parsed as its consumer would."""
    parsers: dict[str, Callable[[str], object]] = {
        "target-platform": lambda text: parse_target(text, host=host),
        "macos": lambda text: parse_floor(text, subject="macos"),
        "glibc": lambda text: parse_floor(text, subject="glibc"),
        "musl": lambda text: parse_floor(text, subject="musl"),
        "override": parse_override,
        "inspect": InspectScope,
        "fallback": Fallback,
        "on-unknown": OnUnknown,
    }
    for setting in settings:
        parse = parsers.get(setting.name, str)
        for value in setting.value if isinstance(setting.value, tuple) else (setting.value,):
            try:
                parse(str(value))
            except (ArchpipError, ValueError) as error:
                yield f"{setting.name}: {error}"
