"""Options that several commands share: declared once, with pip's names and pip's meaning.

Those of the commands that resolve are in `question_options.py`.
"""

import argparse
from pathlib import Path

from archpip.cli.moments import (
    parse_seconds,
)
from archpip.cli.numbers import parse_count, parse_time_limit
from archpip.settings import CHOICES


def add_target_options(parser: argparse.ArgumentParser, *, several: bool) -> None:
    """Add the options that name the target.

    Args:
        parser: The parser to extend.
        several: Whether `--target-platform` may be given more than once.
    """
    group = parser.add_argument_group(
        "target",
        "The machine to resolve for; this one where nothing is said. `archpip target` lists names.",
    )
    group.add_argument(
        "--target-platform",
        action="append",
        metavar="NAME",
        help="macos-arm64, linux-aarch64, linux-x86_64-musl, windows-arm64, lambda-arm64, …"
        + ("; may be given several times" if several else ""),
    )
    group.add_argument(
        "--target-arch",
        metavar="ARCH",
        help="another architecture on this system: arm64, x86_64, universal2, …",
    )
    group.add_argument(
        "--python",
        metavar="PATH",
        help="ask this interpreter, or environment's folder, what it is, in place of archpip's own",
    )
    group.add_argument(
        "--python-version", metavar="VERSION", help="the target's Python: 3.10, 3.13t, pypy3.10"
    )
    add_floor_options(group)


def add_format_option(parser: argparse.ArgumentParser, *more: str, note: str = "") -> None:
    """Add `--format`, with text, JSON and the formats that only this command writes."""
    parser.add_argument(
        "--format",
        choices=["text", "json", *more],
        default="text",
        help=f"what to write to stdout (default: text){note}",
    )


def add_floor_options(parser: argparse._ActionsContainer) -> None:
    """Add the options for floors; `parser` may be an argument group."""
    parser.add_argument("--macos", metavar="VERSION", help="the oldest macOS to serve: 11.0")
    parser.add_argument("--glibc", metavar="VERSION", help="the oldest glibc to serve: 2.28")
    parser.add_argument("--musl", metavar="VERSION", help="the oldest musl to serve: 1.2")


def add_policy_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for which verdicts are refused."""
    group = parser.add_argument_group("verdicts")
    group.add_argument(
        "--policy",
        metavar="URL|FILE",
        help="a team's settings, beneath all that is set nearer; #NAME takes [policies.NAME] of it",
    )
    group.add_argument(
        "--inspect",
        choices=CHOICES["inspect"],
        help="open every wheel, those whose tags leave the architecture open, or none"
        " (default: all)",
    )
    group.add_argument("--strict", action="store_true", help="refuse what is degraded, too")
    group.add_argument(
        "--on-unknown",
        choices=CHOICES["on-unknown"],
        help="what to do with a wheel that cannot be read (default: refuse)",
    )
    group.add_argument(
        "--override",
        action="append",
        default=[],
        metavar="'MATCH: REASON'",
        help="accept a wheel, project or project==version that is refused, and say why;"
        " the name of a file is taken for --overrides, as uv has it",
    )


def add_approval_options(group: argparse._ActionsContainer) -> None:
    """Add the options for which projects may be built."""
    group.add_argument(
        "--require-source-build-approval",
        action="store_true",
        help="build nothing that is not approved by name: sdists run their authors' code",
    )
    group.add_argument(
        "--approve-source-build",
        action="append",
        default=[],
        metavar="NAME",
        help="a project that may be built all the same",
    )


def add_index_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for indexes; pip's configuration gives the defaults."""
    group = parser.add_argument_group("indexes", "As in pip, whose pip.conf and PIP_* hold here.")
    group.add_argument(
        *("-i", "--index-url", "--default-index"),
        type=_index,
        metavar="URL",
        help="the index (default: PyPI)",
    )
    group.add_argument("--extra-index-url", action="append", metavar="URL", help="one more index")
    group.add_argument(
        "--index",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="an index that serves only what --index-pin names",
    )
    group.add_argument(
        "--index-pin",
        action="append",
        default=[],
        metavar="PROJECTS=NAME",
        help="look for these projects at that index and nowhere else: torch,acme-*=internal",
    )
    group.add_argument("--no-index", action="store_true", help="look at --find-links only")
    group.add_argument(
        "-f", "--find-links", action="append", metavar="PATH", help="a folder or page of files"
    )
    group.add_argument(
        "--trusted-host", action="append", metavar="HOST", help="a host without a valid certificate"
    )
    group.add_argument("--cert", type=Path, metavar="PATH", help="a bundle of certificates (PEM)")
    group.add_argument("--client-cert", type=Path, metavar="PATH", help="our certificate (PEM)")
    group.add_argument("--proxy", metavar="URL", help="the proxy to go through")
    group.add_argument(
        "--timeout", type=parse_time_limit, metavar="SECONDS", help="for one answer (default: 15)"
    )
    group.add_argument(
        "--retries", type=parse_count, metavar="COUNT", help="for one request (default: 5)"
    )
    group.add_argument(
        "--keyring-provider",
        choices=["auto", "disabled", "import", "subprocess"],
        help="how the keyring is asked for credentials",
    )


def _index(text: str) -> str:
    """Refuse an empty text: the index would be the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the address of the index is empty")
    return text


def parse_setting(text: str) -> tuple[str, str]:
    """Split `KEY=VALUE`.

    Raises:
        argparse.ArgumentTypeError: There is no equals sign.
    """
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    return key, value


def add_cache_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for the cache."""
    group = parser.add_argument_group("cache")
    either = group.add_mutually_exclusive_group()
    either.add_argument("--cache-dir", type=Path, metavar="FOLDER", help="in place of the user's")
    either.add_argument(
        "--no-cache-dir",
        "--no-cache",
        action="store_true",
        help="remember nothing beyond this command; also what pip's no-cache-dir means",
    )
    group.add_argument(
        "--store",
        metavar="URL",
        help="remember in a database that several machines share: postgresql://…",
    )
    group.add_argument(
        "--max-age",
        type=parse_seconds,
        default=0.0,
        metavar="DURATION",
        help="believe an index's page that was asked for so long ago: seconds, 10m, '1 hour'"
        " (default: 0, ask each time)",
    )
