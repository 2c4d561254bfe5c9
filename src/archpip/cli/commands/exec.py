r"""Run pip, uv or another client behind an index that leaves out what is wrong for the target.

The command sees one index, on loopback, for as long as it runs: that of pip's configuration, of
uv's variables and of the options here, without the wheels whose binaries would not run on the
target. Its exit status is returned. Give the client its own flags for the target as well.

examples:
  archpip exec -- pip install numpy
  archpip exec --target-platform macos-arm64 -- pip download --only-binary :all: \
    --platform macosx_11_0_arm64 --python-version 3.10 azure-eventhub
  archpip exec --target-platform linux-aarch64 -- uv pip install \
    --python-platform aarch64-unknown-linux-gnu --target build jupyterlab
"""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from archpip.app.gateways import Gateways
from archpip.cli.approvals import read_approved_builds
from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.options import (
    add_approval_options,
    add_cache_options,
    add_index_options,
    add_policy_options,
    add_target_options,
)
from archpip.cli.policies import read_policy
from archpip.cli.questions import open_parts, read_pip_options
from archpip.cli.targets import read_target
from archpip.cli.terminal import Terminal
from archpip.errors import UsageError
from archpip.integrations import (
    NO_TERMS,
    WAY_ROUND,
    Client,
    PipOptions,
    UvIndexes,
    find_client,
    find_listed_sources,
    find_metadata_script,
    find_own_sources,
    find_pdm_routes,
    find_project_folder,
    find_project_sources,
    find_python_of_pip,
    find_python_version,
    find_torch_routes,
    read_pdm_indexes,
    read_script_tables,
    read_uv_command,
    read_uv_tables,
    require_extra,
    runs_pip,
    sort_uv_indexes,
)

if TYPE_CHECKING:
    from archpip.gateway import Refusal
    from archpip.settings import Surroundings

_MIRRORS = {Client.POETRY: "POETRY_PYPI_MIRROR_URL", Client.PIPENV: "PIPENV_PYPI_MIRROR"}
"""The variables that name an index in PyPI's place."""
_SHOWN = 10
"""Most refused wheels named without `--verbose`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.usage = "archpip exec [OPTIONS] -- COMMAND …"  # argparse writes a bare `...`
    add_target_options(parser, several=False)
    add_policy_options(parser)
    add_approval_options(parser.add_argument_group("builds"))
    add_index_options(parser)
    add_cache_options(parser)
    parser.add_argument(
        "client", nargs=argparse.REMAINDER, metavar="-- COMMAND …", help="what to run"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the command and report what was refused."""
    command = _command(arguments.client)
    require_extra("gateway")
    arguments.runs_pip = runs_pip(command)
    arguments.python = arguments.python or find_python_of_pip(command)
    context = read_context(arguments, terminal)
    uv = _read_uv_indexes(command, context)
    if arguments.index_url:
        uv = replace(uv, default_terms=NO_TERMS)  # those of the index that it replaces
    _warn_of_ways_round(terminal, command, uv)
    _warn_of_listed_sources(terminal, command, context)
    _warn_of_torch_backend(terminal, command, context)
    _warn_of_project_sources(terminal, command, context)
    pip = with_uv_indexes(read_pip_options(arguments, context), arguments, uv)
    if not arguments.index_url and (own := _find_index_of_client(command, context)):
        pip = replace(pip, index_url=own)
    target = read_target(arguments, context, python_version=find_python_version(command))
    policy = read_policy(arguments, context)
    with open_parts(Gateways, arguments, terminal, context, pip=pip) as application:
        status, refusals = application.run_behind_gateway(
            command,
            target=target,
            policy=policy,
            approved_builds=read_approved_builds(arguments, context.own),
            folder=context.surroundings.working_folder,
            output=lambda text: terminal.output(text, end=""),
            uv=uv,
        )
    _report(terminal, refusals, target.name)
    return status


def with_uv_indexes(pip: PipOptions, arguments: argparse.Namespace, uv: UvIndexes) -> PipOptions:
    """Add the indexes that uv would use to those behind the gateway."""
    chosen = uv.default_url if uv.default_url and not arguments.index_url else pip.index_url
    return replace(
        pip,
        index_url=chosen,
        extra_index_urls=(*uv.extra_urls, *pip.extra_index_urls),
        find_links=(*pip.find_links, *uv.find_links),
        no_index=pip.no_index or uv.no_index,
    )


def _read_uv_indexes(command: Sequence[str], context: CommandContext) -> UvIndexes:
    """Return uv's indexes; its files are read only if the command is uv."""
    surroundings = context.surroundings
    if find_client(command) not in {Client.UV, Client.UV_PROJECT}:
        return replace(sort_uv_indexes(surroundings.environ, ()), no_index=False)
    said = read_uv_command(command)
    environ = dict(surroundings.environ)
    if said.config_file is not None:
        environ |= {"UV_CONFIG_FILE": said.config_file, "UV_NO_CONFIG": "1"}
    tables = read_uv_tables(
        replace(
            surroundings,
            working_folder=find_project_folder(command, surroundings.working_folder),
            environ=environ,
        ),
        of_user_alone=said.reads_users_files_alone,
    )
    script = find_metadata_script(command, surroundings.working_folder)
    if script is not None:
        tables = (*tables, *read_script_tables(script))
    return sort_uv_indexes(surroundings.environ, tables, said)


def _find_index_of_client(command: Sequence[str], context: CommandContext) -> str | None:
    """Return the index that pdm's, poetry's or pipenv's own settings put in PyPI's place."""
    client = find_client(command)
    if client in _MIRRORS:
        return context.surroundings.environ.get(_MIRRORS[client])
    if client is not Client.PDM:
        return None
    indexes = read_pdm_indexes(_in_project(command, context))
    return next((index.url for index in indexes if index.is_default), None)


def _in_project(command: Sequence[str], context: CommandContext) -> "Surroundings":
    surroundings = context.surroundings
    folder = find_project_folder(command, surroundings.working_folder)
    return replace(surroundings, working_folder=folder)


def _warn_of_ways_round(terminal: Terminal, command: Sequence[str], uv: UvIndexes) -> None:
    for option in find_own_sources(command):
        terminal.warning(
            f"{option} of the command bypasses the gateway; "
            "give it to archpip, before the two dashes"
        )
    for address in uv.around:
        terminal.warning(f"{WAY_ROUND.format(address=address)}, so it bypasses the gateway")
    for sentence in uv.unheeded:
        terminal.warning(sentence)


def _warn_of_listed_sources(
    terminal: Terminal, command: Sequence[str], context: CommandContext
) -> None:
    surroundings = context.surroundings
    folder = surroundings.working_folder
    for option in find_listed_sources(command, folder, surroundings.environ):
        terminal.warning(
            f"{option} in the command's file of requirements bypasses the gateway; "
            "take it out there, and give it to archpip before the two dashes"
        )


def _warn_of_torch_backend(
    terminal: Terminal, command: Sequence[str], context: CommandContext
) -> None:
    if find_client(command) is not Client.UV:
        return
    for route in find_torch_routes(context.surroundings):
        terminal.warning(
            f"{route.name} ({route.origin}) bypasses the gateway: uv asks {route.address} for "
            "PyTorch's projects; unset it, and give archpip --index and --index-pin"
        )


def _warn_of_project_sources(
    terminal: Terminal, command: Sequence[str], context: CommandContext
) -> None:
    client = find_client(command)
    if client not in {Client.PDM, Client.POETRY, Client.PIPENV}:
        return
    surroundings = _in_project(command, context)
    sources = find_project_sources(surroundings.working_folder)
    if client is Client.PDM:
        # The default one stands behind the gateway.
        sources += find_pdm_routes(surroundings, with_default=False)
    for source in sources:
        if source.client is client:
            terminal.warning(
                f"{source.address} ({source.name}, {source.origin}) bypasses the gateway: "
                f"{client} reads it there in any case"
            )


def _command(words: Sequence[str]) -> list[str]:
    command = list(words[1:] if words[:1] == ["--"] else words)
    if not command:
        raise NoCommandError
    return command


class NoCommandError(UsageError):
    """`archpip exec` got no command."""

    code = "no-command"

    def __str__(self) -> str:
        return "There is nothing to run"

    @property
    def hint(self) -> str:
        """Show what could be run."""
        return "Name a command after two dashes: `archpip exec -- pip install numpy`."


def _report(terminal: Terminal, refusals: "Sequence[Refusal]", target: str) -> None:
    if not refusals:
        terminal.detail(f"archpip kept nothing out for {target}")
        return
    count = len(refusals)
    kind = "wheel" if all(each.filename.endswith(".whl") for each in refusals) else "file"
    terminal.remark(f"archpip kept {count} {kind}{'s' * (count > 1)} out for {target}:")
    # First what the user can approve.
    ordered = sorted(refusals, key=lambda refusal: refusal.filename.endswith(".whl"))
    for position, refusal in enumerate(ordered):
        say = terminal.remark if position < _SHOWN else terminal.detail
        say(f"  {refusal.filename}: {refusal.message}")
    if count > _SHOWN and not terminal.verbosity.verbose:
        terminal.remark(f"  and {count - _SHOWN} more; archpip exec -v names them")
