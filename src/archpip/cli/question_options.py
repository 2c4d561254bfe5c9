"""Options of the commands that resolve: the requirements, and how to resolve and build them."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from archpip.cli.moments import (
    parse_exclude_newer,
    parse_exclude_newer_package,
    parse_uploaded_prior_to,
)
from archpip.cli.numbers import parse_time_limit
from archpip.cli.options import (
    add_approval_options,
    add_cache_options,
    add_index_options,
    add_policy_options,
    add_target_options,
    parse_setting,
)
from archpip.settings import CHOICES


class _Ordered(argparse.Action):
    """Keeps options whose order matters together in one list: `--no-binary`, `--only-binary`."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002  # argparse's signature
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        name = (option_string or "").removeprefix("--")
        given = [*(getattr(namespace, self.dest) or ()), (name, str(values))]
        setattr(namespace, self.dest, given)


def add_requirement_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for requirements, and for files, groups and scripts that hold some."""
    parser.add_argument(
        "requirements",
        nargs="*",
        metavar="REQUIREMENT",
        help="a requirement (numpy>=2), URL, wheel, archive or folder, as pip takes them",
    )
    parser.add_argument(
        *("-r", "--requirement", "--requirements"),
        action="append",
        default=[],
        metavar="FILE",
        help="a file of requirements, a pyproject.toml (what the project requires) or a script"
        " (PEP 723); may be given several times",
    )
    parser.add_argument(
        *("-e", "--editable"),
        action="append",
        default=[],
        metavar="PATH/URL",
        help="a folder or repository whose sources are installed where they lie",
    )
    parser.add_argument(
        "--extra",
        action="append",
        default=[],
        metavar="NAME",
        help="an extra of the project of -r pyproject.toml, too",
    )
    parser.add_argument("--all-extras", action="store_true", help="all of that project's extras")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="[PATH:]NAME",
        help="a dependency group of a pyproject.toml (default: the current folder's)",
    )
    parser.add_argument(
        "--no-sources",
        action="store_true",
        help="pass over the [tool.uv] of projects and scripts: its sources and indexes",
    )
    parser.add_argument(
        *("--script", "--requirements-from-script"),
        action="append",
        default=[],
        metavar="FILE",
        help="what a script requires by its inline metadata (PEP 723)",
    )
    parser.add_argument(
        *("-c", "--constraint", "--constraints"),
        action="append",
        default=[],
        metavar="FILE",
        help="a file of constraints; may be given several times",
    )


def add_question_options(
    parser: argparse.ArgumentParser, *, several: bool, only_dependencies: bool = True
) -> None:
    """Add all options for resolving and building, in the order that `--help` shows.

    Args:
        parser: The command's parser.
        several: Whether the command may resolve for several targets.
        only_dependencies: Whether the command has `--only-deps`.
    """
    add_build_options(parser)
    add_target_options(parser, several=several)
    add_resolution_options(parser, only_dependencies=only_dependencies)
    add_policy_options(parser)
    add_index_options(parser)
    add_cache_options(parser)


def add_resolution_options(
    parser: argparse.ArgumentParser, *, only_dependencies: bool = True
) -> None:
    """Add the options for how candidates are chosen.

    Args:
        parser: The command's parser.
        only_dependencies: Whether the command has `--only-deps`.
    """
    group = parser.add_argument_group("resolution")
    _add_file_choices(group)
    _add_version_choices(group)
    either = group.add_mutually_exclusive_group()
    either.add_argument("--no-deps", action="store_true", help="take what is named and no more")
    if only_dependencies:
        either.add_argument(
            "--only-deps", action="store_true", help="take what is needed by what is named, alone"
        )
    group.add_argument(
        "--require-hashes", action="store_true", help="every requirement must carry a hash"
    )
    group.add_argument(
        "--ignore-requires-python", action="store_true", help="believe no Requires-Python"
    )
    _add_dates(group)
    group.add_argument(
        "--fallback",
        choices=CHOICES["fallback"],
        help="where every wheel of a version is wrong: build it, take an older version, or stop"
        " (default: source)",
    )


def _add_file_choices(group: argparse._ArgumentGroup) -> None:
    for name in ("no-binary", "only-binary"):
        kept = "sdists" if name == "no-binary" else "wheels"
        group.add_argument(
            f"--{name}",
            action=_Ordered,
            dest="formats",
            metavar="NAMES",
            help=f"take only {kept} of these projects; :all: and :none: as in pip",
        )
    group.add_argument(
        "--prefer-binary", action="store_true", help="an older wheel before a newer sdist"
    )
    group.add_argument("--pre", action="store_true", help="take pre-releases too")
    for name, taken in (("all-releases", "pre-releases, too,"), ("only-final", "no pre-release")):
        group.add_argument(
            f"--{name}",
            action=_Ordered,
            dest="releases",
            metavar="NAMES",
            help=f"take {taken} of these projects; :all: and :none: as in pip",
        )


def _add_version_choices(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--resolution",
        choices=["highest", "lowest", "lowest-direct"],
        help="which version to try first; lowest-direct: the lowest of what is named"
        " (default: highest)",
    )
    group.add_argument(
        "--overrides",
        action="append",
        default=[],
        metavar="FILE",
        help="a file of requirements that hold instead of all others on their projects",
    )
    group.add_argument(
        "--prefer",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="take the versions of a pylock.toml, uv.lock or requirements.txt where they fit",
    )


def _add_dates(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--uploaded-prior-to",
        type=parse_uploaded_prior_to,
        metavar="WHEN",
        help="files uploaded from this moment on do not exist: a date or time (ISO 8601), or a"
        " duration back from now (P7D), as in pip",
    )
    group.add_argument(
        "--exclude-newer",
        type=parse_exclude_newer,
        metavar="WHEN",
        help="the same as uv has it: a date includes its day; also '30 days'",
    )
    group.add_argument(
        "--exclude-newer-package",
        type=parse_exclude_newer_package,
        action="append",
        default=[],
        metavar="NAME=WHEN",
        help="for one project, in place of what --exclude-newer or --uploaded-prior-to says",
    )


def add_build_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for building sdists, in general and for single projects."""
    group = parser.add_argument_group(
        "builds", "Of one project also in [tool.archpip.build.NAME] of pyproject.toml."
    )
    group.add_argument(
        "--builder",
        choices=CHOICES["builder"],
        help="how sdists are built for another machine (default: auto)",
    )
    group.add_argument(
        "--build-python",
        action="append",
        type=Path,
        metavar="PATH",
        help="a Python of this machine to build with, of the target's version; found on PATH"
        " where none is named",
    )
    group.add_argument(
        *("-C", "--config-settings", "--config-setting"),
        action="append",
        default=[],
        type=parse_setting,
        metavar="KEY=VALUE",
        help="for the build backends of what is named on the command line, as in pip",
    )
    for flag, metavar, text in (
        ("config-settings-package", "NAME:KEY=VALUE", "for one project's build backend"),
        ("build-env", "NAME:VARIABLE=VALUE", "a variable for one project's build"),
        ("build-requires", "NAME:REQUIREMENT", "one more build requirement of a project"),
        ("build-patch", "NAME:FILE", "a patch that a project's sdist gets first (-p1)"),
    ):
        group.add_argument(
            f"--{flag}", action="append", default=[], type=_of_project, metavar=metavar, help=text
        )
    add_approval_options(group)
    group.add_argument(
        "--no-build-isolation",
        action="store_true",
        help="install nothing for builds: their requirements are in the environment already",
    )
    group.add_argument(
        *("--build-constraint", "--build-constraints"),
        action="append",
        default=[],
        metavar="FILE",
        help="a file of constraints on what builds require; may be given several times",
    )
    group.add_argument(
        "--keep-build", type=Path, metavar="FOLDER", help="keep every build's folder in here"
    )
    group.add_argument(
        "--build-timeout", type=parse_time_limit, metavar="SECONDS", help="for one build as a whole"
    )


def _of_project(text: str) -> tuple[str, str]:
    """Split `NAME:…`."""
    from packaging.utils import canonicalize_name, is_normalized_name  # 10 ms, and seldom asked

    name, colon, rest = text.partition(":")
    if not colon or not rest or not is_normalized_name(canonicalize_name(name)):
        raise argparse.ArgumentTypeError(f"'{text}' does not begin with a project's name and ':'")
    return name, rest
