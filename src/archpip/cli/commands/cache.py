"""Show or clear what archpip remembers: what it read, downloaded and built.

examples:
  archpip cache info
  archpip cache clear
"""

import argparse

from archpip.app.parts import Parts
from archpip.cli.caching import CacheDisabledError, find_cache_folder, find_store_url, has_no_cache
from archpip.cli.configuration import read_context
from archpip.cli.options import add_cache_options, add_format_option
from archpip.cli.questions import open_parts
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.reports.cache import (
    render_cleared_json,
    render_folder_json,
    render_info,
    render_info_json,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "action",
        choices=["info", "clear", "dir"],
        help="info: say how much that is; clear: delete it; dir: print the folder that it is in",
    )
    add_format_option(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the chosen action."""
    context = read_context(arguments, terminal)
    if has_no_cache(arguments, context) and not find_store_url(arguments, context):
        raise CacheDisabledError
    is_json = arguments.format == "json"
    with open_parts(Parts, arguments, terminal, context) as application:
        if arguments.action == "clear":
            freed = application.clear_cache()
            terminal.remark(f"Cleared {freed / 1e6:.1f} MB.")
            if is_json:
                terminal.output(render_cleared_json(freed))
        elif arguments.action == "dir":
            folder = find_cache_folder(arguments, context)
            terminal.output(render_folder_json(folder) if is_json else str(folder))
        else:
            render = render_info_json if is_json else render_info
            built = application.count_built()
            terminal.output(render(application.store.info(), application.files.info(), built))
    return ExitCode.OK
