"""Serve an index that leaves out what is wrong, at /<target>/simple/ for every target.

/strict/<target>/simple/ leaves out what is degraded, too, and /NAME/<target>/simple/ is under the
policy [policies.NAME] of the policy file.

It stands in front of the indexes of pip's configuration, whose credentials stay here. Point pip
and uv at a target's view: `index-url = http://HOST:8420/macos-arm64/simple/`. What was kept out of
a project, and why, is at /<target>/why/NAME/. /healthz and /readyz answer load balancers, /metrics
answers Prometheus.

examples:
  archpip serve
  archpip serve --host 0.0.0.0 --port 8420 --log-format json
"""

import argparse
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from archpip.app.gateways import Gateways
from archpip.app.policy_watch import ServingRules
from archpip.cli.approvals import read_approved_builds, read_named_approvals
from archpip.cli.configuration import read_context
from archpip.cli.context import CommandContext
from archpip.cli.moments import parse_seconds
from archpip.cli.numbers import parse_count, parse_gigabytes
from archpip.cli.options import (
    add_approval_options,
    add_cache_options,
    add_floor_options,
    add_index_options,
    add_policy_options,
)
from archpip.cli.policies import read_named_policies, read_policy
from archpip.cli.questions import open_parts
from archpip.cli.targets import read_floors, read_named_floors
from archpip.cli.terminal import Terminal
from archpip.errors import ExitCode
from archpip.integrations import require_extra
from archpip.targets import parse_python, parse_target

_PORT = 8420
_FRESH_SECONDS = 60.0
_FILES_GIGABYTES = 10.0

_LEVELS = {"warning": logging.WARNING, "error": logging.ERROR}

_log = logging.getLogger(__name__)

_FACTS = ("method", "path", "status", "milliseconds")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1)")
    parser.add_argument("--port", type=parse_count, default=_PORT, help=f"(default: {_PORT})")
    parser.add_argument(
        "--python-version",
        metavar="VERSION",
        help="judge ahead for this Python alone; for all of them where it is not said",
    )
    add_floor_options(parser)
    parser.add_argument(
        "--page-age",
        type=parse_seconds,
        default=_FRESH_SECONDS,
        metavar="DURATION",
        help="how long a page of the index and the policy are believed: seconds, 10m, '1 hour'"
        f" (default: {_FRESH_SECONDS:.0f})",
    )
    parser.add_argument(
        "--proxy-files",
        action="store_true",
        help="pass all files on and keep them; otherwise clients fetch them from the index itself,"
        " but for those that want credentials",
    )
    parser.add_argument(
        "--files-size",
        type=parse_gigabytes,
        default=_FILES_GIGABYTES,
        metavar="GIGABYTES",
        help=f"how much is kept of files that were passed on (default: {_FILES_GIGABYTES:.0f})",
    )
    parser.add_argument(
        "--log-format",
        choices=["text", "json"],
        default="text",
        help="how the log is written to stderr; json: one object on each line (default: text)",
    )
    add_policy_options(parser)
    add_approval_options(parser.add_argument_group("builds"))
    add_index_options(parser)
    add_cache_options(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until told to stop."""
    _log_to_stderr(arguments.log_format, terminal)
    require_extra("gateway")
    from archpip.gateway import check_address

    check_address(arguments.host, arguments.port)
    context = read_context(arguments, terminal)
    rules = _read_rules(arguments, context)
    terminal.remark(f"Serving http://{arguments.host}:{arguments.port}/ · Ctrl-C stops it")
    # uvicorn stops in order at a signal, and then raises it anew.
    with (
        open_parts(Gateways, arguments, terminal, context) as application,
        suppress(KeyboardInterrupt),
    ):
        application.serve_gateway(
            rules,
            read_rules=lambda: _read_rules(arguments, read_context(arguments, terminal)),
            host=arguments.host,
            port=arguments.port,
            fresh_seconds=arguments.page_age,
            proxy_files=arguments.proxy_files,
            files_bytes=int(arguments.files_size * 1024**3),
        )
    return ExitCode.OK


def _read_rules(arguments: argparse.Namespace, context: CommandContext) -> ServingRules:
    """Read what each view refuses."""
    from archpip.gateway import PolicyNotServedError, View

    policy = read_policy(arguments, context)
    version = arguments.python_version or context.own.text("python-version")
    python = parse_python(version) if version else None
    floors = read_floors(arguments, context)
    named = read_named_policies(policy, context)
    named_floors = read_named_floors(floors, context)
    approved_builds = read_approved_builds(arguments, context.own)
    named_approvals = read_named_approvals(arguments, context)

    def find_view(path: str) -> View:
        name, slash, target_name = path.rpartition("/")
        if slash and name not in named:
            raise PolicyNotServedError(name=name, known=named)
        read = partial(
            parse_target, host=context.host, python=python, floors=named_floors.get(name, floors)
        )
        target = read(target_name)
        # Views of one name share what was judged: a name with a floor (`lambda-arm64`) stays.
        is_usual = read(target.name) == target
        return View(
            name=f"{name}{slash}{target.name if is_usual else target_name.strip().lower()}",
            target=target,
            policy=named[name] if slash else policy,
            every_python=python is None,
            stable_urls=True,
            approved_builds=named_approvals.get(name, approved_builds),
        )

    return ServingRules(find_view=find_view, policy_text=context.policy_text)


def _log_to_stderr(form: str, terminal: Terminal) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(
        _JsonFormatter() if form == "json" else logging.Formatter("%(asctime)s %(message)s")
    )
    verbosity = terminal.verbosity
    level = logging.WARNING if verbosity.quiet else logging.INFO
    for name in ("archpip", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.ERROR if verbosity.errors_only else level)
    if form == "json":
        # A log collector needs all messages: the first one, warnings, and why it did not start.
        terminal.tell = _tell_the_log


def _tell_the_log(label: str, text: str) -> None:
    _log.log(_LEVELS.get(label, logging.INFO), "%s", text)


class _JsonFormatter(logging.Formatter):
    """Writes one JSON object per line, for log collectors."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: vars(record)[name] for name in _FACTS if name in vars(record)}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry)
