"""From arguments and settings to the questions that indexes are asked.

Commands that only read this disk do without: these imports cost as much as a small audit.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from archpip.app.application import Application
from archpip.app.configuration import Configuration, Question
from archpip.architecture import OperatingSystem
from archpip.builds import BuilderChoice
from archpip.cli.building import read_build_settings, read_toolchains
from archpip.cli.configuration import (
    Surrounded,
    find_cache_folder,
    find_data_folder,
    read_policy,
)
from archpip.cli.terminal import Terminal
from archpip.errors import UsageError
from archpip.index import KeyringProvider, SessionOptions
from archpip.integrations import PipOptions, interpret
from archpip.resolution import (
    Fallback,
    InspectScope,
    RequirementSet,
    ResolutionReporter,
    ResolveOptions,
    parse_requirement,
    read_requirements_file,
)
from archpip.settings import Surroundings
from archpip.targets import Target


class NothingAskedError(UsageError):
    """A command got no requirement."""

    code = "nothing-asked"

    def __str__(self) -> str:
        return "Nothing was asked for."

    @property
    def hint(self) -> str:
        """Show what could be asked."""
        return "Name a requirement, or a file of them with -r requirements.txt."


def read_pip_options(arguments: argparse.Namespace, surrounded: Surrounded) -> PipOptions:
    """Say what pip's files and variables mean, with the arguments on top.

    Raises:
        SettingValueError: A value is not of its option's kind.
    """
    environ = surrounded.surroundings.environ
    options = interpret(surrounded.pip_config.effective(), environ=environ)
    given = vars(arguments)
    named = {
        "index_url": given.get("index_url"),
        "certificates": given.get("cert"),
        "client_certificate": given.get("client_cert"),
        "proxy": given.get("proxy"),
        "timeout_seconds": given.get("timeout"),
        "retries": given.get("retries"),
    }
    changes = {name: value for name, value in named.items() if value is not None}
    options = replace(options, **changes)
    if provider := given.get("keyring_provider"):
        options = replace(options, keyring_provider=KeyringProvider(provider))
    return replace(
        options,
        no_index=options.no_index or bool(given.get("no_index")),
        extra_index_urls=(*options.extra_index_urls, *(given.get("extra_index_url") or ())),
        find_links=(*options.find_links, *(given.get("find_links") or ())),
        trusted_hosts=(*options.trusted_hosts, *(given.get("trusted_host") or ())),
    )


def open_application(
    arguments: argparse.Namespace,
    terminal: Terminal,
    surrounded: Surrounded,
    *,
    asked: RequirementSet | None = None,
    pip: PipOptions | None = None,
    reporter: ResolutionReporter | None = None,
) -> Application:
    """Put archpip together for one command; `pip` where it is not what pip's files say."""
    options = pip or read_pip_options(arguments, surrounded)
    if asked:
        options = _with_index_options(options, asked)
    configuration = Configuration(
        host=surrounded.host,
        python=surrounded.python,
        environ=terminal.environ,
        cache_folder=find_cache_folder(arguments, surrounded),
        data_folder=find_data_folder(surrounded),
        locations=options.locations(),
        session=_with_surroundings(options.session(), surrounded.surroundings),
        require_build_approval=bool(getattr(arguments, "require_source_build_approval", False))
        or surrounded.own.boolean("require-source-build-approval"),
        build_settings=read_build_settings(arguments, surrounded.own),
        build_pythons=tuple(getattr(arguments, "build_python", None) or ()),
        toolchains=read_toolchains(surrounded.own, surrounded.host),
        keep_build_folder=getattr(arguments, "keep_build", None),
        build_seconds=getattr(arguments, "build_timeout", None),
        builder=BuilderChoice(
            getattr(arguments, "builder", None) or surrounded.own.text("builder") or "auto"
        ),
    )
    return Application(configuration, warn=terminal.warning, reporter=reporter)


def _with_surroundings(session: SessionOptions, surroundings: Surroundings) -> SessionOptions:
    """Say what there is on this machine that a session would else load code to look for."""
    named = surroundings.environ.get("NETRC")
    netrcs = [Path(named)] if named else [surroundings.home / n for n in (".netrc", "_netrc")]
    stores = {OperatingSystem.MACOS, OperatingSystem.WINDOWS}
    return replace(
        session,
        has_netrc=any(netrc.exists() for netrc in netrcs),
        has_system_store=surroundings.operating_system in stores,
    )


def _with_index_options(options: PipOptions, asked: RequirementSet) -> PipOptions:
    """Put what files of requirements say about indexes on top, as pip does."""
    said = asked.index
    return replace(
        options,
        index_url=said.index_url or options.index_url,
        no_index=options.no_index or said.no_index,
        extra_index_urls=(*options.extra_index_urls, *said.extra_index_urls),
        find_links=(*options.find_links, *said.find_links),
        trusted_hosts=(*options.trusted_hosts, *said.trusted_hosts),
    )


def read_requirements(
    arguments: argparse.Namespace, terminal: Terminal, surrounded: Surrounded
) -> RequirementSet:
    """Read what the arguments ask for, with the files that they name.

    Raises:
        NothingAskedError: There is no requirement.
        InvalidRequirementError: One cannot be understood.
        RequirementsFileError: A file cannot be read.
    """
    base = surrounded.surroundings.working_folder
    pip = read_pip_options(arguments, surrounded)
    found = RequirementSet(
        requirements=tuple(
            parse_requirement(
                text,
                base=base,
                config_settings=tuple(getattr(arguments, "config_settings", ())),
            )
            for text in arguments.requirements
        )
    )
    constraints = [*pip.constraints, *arguments.constraint]
    files = [(name, False) for name in arguments.requirement]
    with open_application(arguments, terminal, surrounded) as application:
        for location, is_constraint in [*files, *((name, True) for name in constraints)]:
            found += read_requirements_file(
                location,
                base=base,
                environ=terminal.environ,
                fetch=application.fetch,
                constraint=is_constraint,
            )
    if not found.requirements and not arguments.requirement:
        raise NothingAskedError
    return found


def read_question(
    arguments: argparse.Namespace,
    surrounded: Surrounded,
    *,
    asked: RequirementSet,
    targets: tuple[Target, ...],
) -> Question:
    """Join what is asked with how it is to be answered."""
    pip, own = read_pip_options(arguments, surrounded), surrounded.own
    formats = asked.apply_formats(pip.formats)
    for name, value in arguments.formats or ():
        choose = formats.choose_first if name == "only-binary" else formats.choose_second
        formats = choose(value)
    releases = asked.apply_releases(pip.releases)
    if arguments.pre or pip.pre:
        releases = releases.choose_first(":all:")
    options = ResolveOptions(
        fallback=Fallback(arguments.fallback or own.text("fallback") or Fallback.SOURCE),
        inspect=InspectScope(arguments.inspect or own.text("inspect") or InspectScope.ALL),
        formats=formats,
        releases=releases,
        prefer_binary=arguments.prefer_binary or pip.prefer_binary or asked.prefer_binary,
        ignore_dependencies=arguments.no_deps or pip.no_deps,
        require_hashes=arguments.require_hashes or pip.require_hashes or asked.require_hashes,
        uploaded_before=arguments.uploaded_prior_to,
        ignore_requires_python=arguments.ignore_requires_python,
    )
    return Question(
        asked=asked, targets=targets, options=options, policy=read_policy(arguments, surrounded)
    )
