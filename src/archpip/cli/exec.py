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
from dataclasses import replace
from typing import TYPE_CHECKING

from archpip.cli.configuration import read_policy, read_surroundings, read_target
from archpip.cli.options import (
    add_cache_options,
    add_index_options,
    add_policy_options,
    add_target_options,
)
from archpip.cli.questions import NothingAskedError, open_application, read_pip_options
from archpip.cli.terminal import Terminal
from archpip.integrations import PipOptions, find_python_version, read_uv_locations, require_extra

if TYPE_CHECKING:
    from archpip.gateway import Refusal

_SHOWN = 10
"""How many wheels are named without `--verbose`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    add_target_options(parser, several=False)
    add_policy_options(parser)
    add_index_options(parser)
    add_cache_options(parser)
    parser.add_argument(
        "client", nargs=argparse.REMAINDER, metavar="-- COMMAND …", help="what to run"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the command and say what was kept from it."""
    require_extra("gateway")
    command = _command(arguments.client)
    arguments.python_version = arguments.python_version or find_python_version(command)
    surrounded = read_surroundings(arguments, terminal)
    pip = with_uv_locations(read_pip_options(arguments, surrounded), arguments, terminal)
    target = read_target(arguments, surrounded)
    policy = read_policy(arguments, surrounded)
    with open_application(arguments, terminal, surrounded, pip=pip) as application:
        status, refusals = application.run_behind_gateway(
            command,
            target=target,
            policy=policy,
            folder=surrounded.surroundings.working_folder,
        )
    _report(terminal, refusals, target.name)
    return status


def with_uv_locations(
    pip: PipOptions, arguments: argparse.Namespace, terminal: Terminal
) -> PipOptions:
    """Put the indexes of uv's variables behind the gateway, too."""
    uv = read_uv_locations(terminal.environ)
    chosen = uv.index_url if uv.index_url and not arguments.index_url else pip.index_url
    return replace(
        pip,
        index_url=chosen,
        extra_index_urls=(*uv.extra_index_urls, *pip.extra_index_urls),
        find_links=(*pip.find_links, *uv.find_links),
    )


def _command(words: Sequence[str]) -> list[str]:
    command = list(words[1:] if words[:1] == ["--"] else words)
    if not command:
        raise NoCommandError
    return command


class NoCommandError(NothingAskedError):
    """`archpip exec` got no command."""

    code = "no-command"

    @property
    def hint(self) -> str:
        """Show what could be run."""
        return "Name a command after two dashes: archpip exec -- pip install numpy"


def _report(terminal: Terminal, refusals: "Sequence[Refusal]", target: str) -> None:
    if not refusals:
        terminal.detail(f"archpip kept nothing out for {target}")
        return
    count = len(refusals)
    terminal.remark(f"archpip kept {count} {'wheel' if count == 1 else 'wheels'} out for {target}:")
    for position, refusal in enumerate(refusals):
        say = terminal.remark if position < _SHOWN else terminal.detail
        say(f"  {refusal.filename}: {refusal.message}")
    if count > _SHOWN and not terminal.verbosity.verbose:
        terminal.remark(f"  and {count - _SHOWN} more; archpip exec -v names them")
