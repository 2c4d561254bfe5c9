"""Read which projects' builds are approved, for gateways: all others' sdists are left out."""

import argparse

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.cli.building import read_build_settings
from archpip.cli.context import CommandContext
from archpip.settings import OwnSettings, put_beneath

_REQUIRED = "require-source-build-approval"


def read_approved_builds(
    arguments: argparse.Namespace, own: OwnSettings
) -> frozenset[NormalizedName] | None:
    """Return the projects that may be built; `None` if builds need no approval."""
    if not (arguments.require_source_build_approval or own.boolean(_REQUIRED)):
        return None
    return _read_approved(arguments, own)


def read_named_approvals(
    arguments: argparse.Namespace, context: CommandContext
) -> dict[str, frozenset[NormalizedName] | None]:
    """Return the same for every named policy of the policy file; what it sets itself holds."""
    found = {}
    for name, settings in context.named_policies.items():
        named = OwnSettings(settings=settings)
        own = replace(put_beneath(named, context.own.settings), tables=context.own.tables)
        if named.find(_REQUIRED):
            found[name] = _read_approved(arguments, own) if named.boolean(_REQUIRED) else None
        else:
            found[name] = read_approved_builds(arguments, own)
    return found


def _read_approved(arguments: argparse.Namespace, own: OwnSettings) -> frozenset[NormalizedName]:
    settings = read_build_settings(arguments, own)
    return frozenset(name for name in settings if settings[name].approved)
