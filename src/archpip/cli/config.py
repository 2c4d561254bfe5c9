"""Show what is set and where it was written, or find what would go round a gateway.

`show` lists archpip's own settings and those of pip that hold for an installation, credentials
masked. `doctor` lists every index, find-links and direct source of pip and uv that is no view of a
gateway, and ends with status 1 where there is one.

examples:
  archpip config show
  archpip config doctor
"""

import argparse

from archpip.cli.configuration import read_surroundings
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.integrations import find_routes
from archpip.reports.configuration import render_route, render_settings, render_settings_json
from archpip.settings import read_pip_config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("action", choices=["show", "doctor"], help="what to do")
    parser.add_argument("--format", choices=["text", "json"], default="text")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do one of the two."""
    surrounded = read_surroundings(arguments, terminal)
    pip_config = read_pip_config(surrounded.surroundings)
    if arguments.action == "show":
        render = render_settings_json if arguments.format == "json" else render_settings
        terminal.output(render(surrounded.own, pip_config))
        return ExitCode.OK
    routes = find_routes(surrounded.surroundings, pip_config)
    around = [route for route in routes if not route.is_gateway]
    for route in around:
        terminal.output(render_route(route))
    if not any(route.is_gateway for route in routes):
        terminal.remark("No index of pip's or uv's is a gateway's view; `archpip exec` needs none.")
    elif not around:
        terminal.remark("Everything that is set goes through the gateway.")
    return ExitCode.FINDINGS if around else ExitCode.OK
