"""The policy that arguments and settings give: which verdicts are refused, and overrides."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from archpip.cli.context import CommandContext
from archpip.cli.terminal import Terminal
from archpip.reachable import is_file
from archpip.settings import OwnSettings
from archpip.verdicts import OnUnknown, Policy, Verdict, find_unmatched, parse_override

_FLAG = "--override"


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


def split_overrides(arguments: argparse.Namespace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Separate overrides of verdicts from requirements files, which uv's `--override` takes.

    An override of a verdict has a reason after a colon; an existing file's name has no colon.
    """
    given = tuple(arguments.override)
    if not hasattr(arguments, "overrides"):
        return given, ()
    files = tuple(text for text in given if ":" not in text and is_file(Path(text)))
    return tuple(text for text in given if text not in files), (*arguments.overrides, *files)


def warn_of_unmatched(
    policy: Policy, wheels: Iterable[tuple[str, Verdict | None]], terminal: Terminal
) -> None:
    """Warn of overrides on the command line that apply to none of these wheels.

    Overrides in files are for a project as a whole: locking and installing check those.
    """
    asked = (override for override in policy.overrides if override.origin == _FLAG)
    for override in find_unmatched(asked, wheels):
        terminal.warning(override.unmatched_message)
