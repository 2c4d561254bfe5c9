"""Show what is set and where, find what would go round a gateway, or set pip and uv up for one.

`show` lists archpip's own settings, those of pip that hold for an installation, and where uv looks
for files, credentials masked. `doctor` lists every index, find-links and direct source of pip and
uv that is no view of a gateway, also of `requirements*.txt` and `*.in` in this folder, and likewise
those of `pdm config` and what a project names to pdm, poetry or pipenv; it ends with status 1 where
there is one.

`init` writes a team's gateway, and archpip's own settings, into the files of pip and uv. It shows
what would change and asks first; nothing else in the files is touched. It warns of what still goes
round the gateway. A copy is kept beside each file, and `init --undo` takes back what was set.

examples:
  archpip config show
  archpip config doctor
  archpip config init --team https://archpip.example --target-platform linux-aarch64
  archpip config init --team https://archpip.example --scope project --yes
  archpip config init --undo
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.options import add_format_option, add_target_options
from archpip.cli.targets import read_target
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode, UsageError
from archpip.integrations import (
    WAY_ROUND,
    Client,
    FileChange,
    Route,
    UvCommand,
    find_listed_routes,
    find_pdm_routes,
    find_project_sources,
    find_routes,
    read_uv_tables,
    sort_uv_indexes,
)
from archpip.reports.configuration import (
    render_change,
    render_changes_json,
    render_route,
    render_routes_json,
    render_settings,
    render_settings_json,
)
from archpip.settings import read_pip_config

if TYPE_CHECKING:
    from archpip.integrations.setup import Wishes
    from archpip.settings import Surroundings


class NothingToSetError(UsageError):
    """`archpip config init` was not told what to set."""

    code = "nothing-to-set"

    def __str__(self) -> str:
        return "There is nothing to set"

    @property
    def hint(self) -> str:
        """Name what could be set."""
        return "Give the address of a gateway with --team, a --target-platform, or a --policy."


class NoAnswerError(UsageError):
    """`archpip config init` needs a confirmation, and there is no terminal."""

    code = "no-answer"

    def __str__(self) -> str:
        return "Nothing was written: it needs a confirmation, and there is no terminal"

    @property
    def hint(self) -> str:
        """Say how to go on."""
        return "--yes writes without asking; --dry-run shows what would be written."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("action", choices=["show", "doctor", "init"], help="what to do")
    add_format_option(parser)
    group = parser.add_argument_group("init")
    group.add_argument(
        "--team", type=_gateway, metavar="URL", help="a gateway, or one view of it: …/simple/"
    )
    group.add_argument(
        "--policy", dest="shared_policy", metavar="URL|FILE", help="a team's settings to obey"
    )
    group.add_argument(
        "--scope",
        choices=["user", "global", "site", "project"],
        default="user",
        help="whose files: this user's, this machine's, the environment's, or the project's"
        " pyproject.toml or uv.toml (default: user)",
    )
    group.add_argument("--dry-run", action="store_true", help="show what would change, and stop")
    group.add_argument("-y", "--yes", action="store_true", help="do not ask")
    group.add_argument("--undo", action="store_true", help="take back what init has set")
    add_target_options(parser, several=False)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the chosen action."""
    if arguments.action == "show":
        # A policy's settings count as well.
        arguments.policy = None
    context = read_context(arguments, terminal)
    if arguments.action == "init":
        return _init(arguments, terminal, context)
    if arguments.action == "doctor":
        return _doctor(arguments, terminal, context)
    pip_config = read_pip_config(context.surroundings)
    render = render_settings_json if arguments.format == "json" else render_settings
    routes = find_routes(context.surroundings, pip_config)
    others = [route for route in routes if route.client is not Client.PIP]
    others += _find_other_routes(context)
    terminal.output(render(context.own, pip_config, others))
    return ExitCode.OK


def _find_other_routes(context: CommandContext) -> tuple[Route, ...]:
    """Return the routes in a project's files of requirements, and those of pdm and poetry."""
    surroundings = context.surroundings
    folder = surroundings.working_folder
    return (
        *find_listed_routes(folder, surroundings.environ),
        *find_project_sources(folder),
        *find_pdm_routes(surroundings),
    )


def _doctor(arguments: argparse.Namespace, terminal: Terminal, context: CommandContext) -> int:
    routes = (
        *find_routes(context.surroundings, read_pip_config(context.surroundings)),
        *_find_other_routes(context),
    )
    around = [route for route in routes if not route.is_gateway]
    remarks = [*_summarize(routes), *_find_remarks(context.surroundings)]
    if arguments.format == "json":
        terminal.output(render_routes_json(routes, remarks))
    else:
        for route in around:
            terminal.output(render_route(route))
        for remark in remarks:
            terminal.remark(remark)
    return ExitCode.FINDINGS if around else ExitCode.OK


def _summarize(routes: Sequence[Route]) -> Iterator[str]:
    if not any(route.is_gateway for route in routes):
        yield "No index of pip's or uv's is a gateway's view; `archpip exec` needs none."
    elif all(route.is_gateway for route in routes):
        yield "Everything that is set goes through the gateway."


def _find_remarks(surroundings: "Surroundings") -> Iterator[str]:
    """Yield what of uv's settings no gateway can stand in front of, or obeys in part."""
    tables = read_uv_tables(surroundings)
    uv = sort_uv_indexes(surroundings.environ, tables, UvCommand(writes_paths=True))
    for told in (*(WAY_ROUND.format(address=address) for address in uv.around), *uv.unheeded):
        yield f"{told[0].upper()}{told[1:]}."


def _init(arguments: argparse.Namespace, terminal: Terminal, context: CommandContext) -> int:
    from archpip.integrations.setup import Scope, carry_back, carry_out, plan_setup, plan_undo

    scope = Scope(arguments.scope)
    if arguments.undo:
        changes = plan_undo(scope, context.surroundings)
    else:
        wishes = _read_wishes(arguments, context)
        changes = plan_setup(wishes, scope, context.surroundings)
    if not changes:
        terminal.remark(
            "There is nothing to take back." if arguments.undo else "All of it is set already."
        )
        if arguments.format == "json":
            terminal.output(render_changes_json((), written=False))
        _warn_of_ways_round(arguments, terminal, context)
        return ExitCode.OK
    # Whoever is asked must see it, also where a program reads the standard output.
    show = terminal.remark if arguments.format == "json" else terminal.output
    show("\n".join(map(render_change, changes)))
    if arguments.dry_run or not _may_write(arguments, terminal, changes):
        if arguments.format == "json":
            terminal.output(render_changes_json(changes, written=False))
        return ExitCode.OK
    for change in changes:
        (carry_back if arguments.undo else carry_out)(change)
        terminal.remark(f"{'removed' if change.after is None else 'wrote'} {change.path}")
    if arguments.format == "json":
        terminal.output(render_changes_json(changes, written=True))
    _warn_of_ways_round(arguments, terminal, context)
    return ExitCode.OK


def _warn_of_ways_round(
    arguments: argparse.Namespace, terminal: Terminal, context: CommandContext
) -> None:
    """Warn of what has precedence over the gateway that was set, or is asked besides it."""
    if arguments.undo or not arguments.team:
        return
    for route in find_routes(context.surroundings, read_pip_config(context.surroundings)):
        if not route.is_gateway:
            terminal.warning(render_route(route))


def _gateway(text: str) -> str:
    """Check that the gateway's address is a URL that pip and uv can use as an index."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"'{text}' is no address: https://…")
    return text


def _read_wishes(arguments: argparse.Namespace, context: CommandContext) -> "Wishes":
    from archpip.integrations.setup import Wishes

    own = {}
    if arguments.target_platform or arguments.target_arch:
        own["target-platform"] = read_target(arguments, context).name
    if arguments.shared_policy:
        own["policy"] = arguments.shared_policy
    if not (arguments.team or own):
        raise NothingToSetError
    view = None
    if arguments.team:
        team = arguments.team.rstrip("/")
        target = read_target(arguments, context).name
        view = f"{team}/" if team.endswith("/simple") else f"{team}/{target}/simple/"
    return Wishes(index_url=view, own=own)


def _may_write(
    arguments: argparse.Namespace, terminal: Terminal, changes: Sequence[FileChange]
) -> bool:
    if arguments.yes:
        return True
    if not terminal.can_ask:
        raise NoAnswerError
    return terminal.ask(f"Write {'this file' if len(changes) == 1 else 'these files'}?")
