"""Turn arguments and settings into the question to resolve.

Commands that only read local files do not import this: it costs as much as a small audit.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.app.configuration import Configuration, Question
from archpip.app.parts import Parts
from archpip.cli.building import read_build_settings, read_toolchains
from archpip.cli.caching import find_cache_folder, find_store_url
from archpip.cli.context import CommandContext
from archpip.cli.folders import DATA_FOLDER
from archpip.cli.interrupts import end_on_interrupt
from archpip.cli.moments import parse_uploaded_prior_to
from archpip.cli.policies import read_policy
from archpip.cli.progress import Progress
from archpip.cli.terminal import Terminal
from archpip.index import KeyringProvider, SessionOptions
from archpip.integrations import PipOptions, interpret, read_index_pins
from archpip.locking import read_preferences
from archpip.reachable import is_there
from archpip.resolution import (
    Align,
    Fallback,
    InspectScope,
    RequestedRequirement,
    RequirementSet,
    ResolveOptions,
    VersionOrder,
    earliest,
)
from archpip.settings import ConfigurationError, Surroundings
from archpip.targets import Target

_Parts = TypeVar("_Parts", bound=Parts)


def read_pip_options(arguments: argparse.Namespace, context: CommandContext) -> PipOptions:
    """Read pip's options from its files and variables, overridden by the arguments.

    Raises:
        SettingValueError: A value is not of its option's kind.
    """
    environ = context.surroundings.environ
    options = interpret(context.pip_config.effective(), environ=environ)
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
        index_pins=read_index_pins(
            context.own.table("index"),
            indexes=given.get("index") or (),
            pins=given.get("index_pin") or (),
        ),
        extra_index_urls=(*options.extra_index_urls, *(given.get("extra_index_url") or ())),
        find_links=(*options.find_links, *(given.get("find_links") or ())),
        trusted_hosts=(*options.trusted_hosts, *(given.get("trusted_host") or ())),
    )


def open_parts(
    kind: type[_Parts],
    arguments: argparse.Namespace,
    terminal: Terminal,
    context: CommandContext,
    *,
    asked: RequirementSet | None = None,
    pip: PipOptions | None = None,
    reporter: Progress | None = None,
) -> _Parts:
    """Create the parts that a command needs; `pip` replaces the options from pip's files."""
    options = pip or read_pip_options(arguments, context)
    if asked:
        options = _with_index_options(options, asked)
    configuration = Configuration(
        host=context.host,
        python=context.python,
        environ=terminal.environ,
        cache_folder=find_cache_folder(arguments, context),
        store_url=find_store_url(arguments, context),
        data_folder=DATA_FOLDER.find(context.surroundings),
        locations=options.locations(),
        applies_uv_sources=not getattr(arguments, "no_sources", False),
        session=replace(
            _with_surroundings(options.session(), context.surroundings),
            max_age_seconds=getattr(arguments, "max_age", 0.0),
        ),
        require_build_approval=bool(getattr(arguments, "require_source_build_approval", False))
        or context.own.boolean("require-source-build-approval"),
        build_settings=read_build_settings(arguments, context.own),
        build_pythons=tuple(getattr(arguments, "build_python", None) or ()),
        toolchains=read_toolchains(context.own, context.host),
        build_isolation=not (
            getattr(arguments, "no_build_isolation", False) or options.no_build_isolation
        ),
        built_before=_day_of(_uploaded_before(arguments, options, asked)),
        built_before_of=tuple(
            (name, _day_of(moment)) for name, moment in _uploaded_before_of(arguments, asked)
        ),
        build_constraints=(
            *(asked.build_constraints if asked else ()),
            *_build_constraints(arguments, terminal, context, options),
        ),
        keep_build_folder=getattr(arguments, "keep_build", None),
        build_seconds=getattr(arguments, "build_timeout", None),
        builder=getattr(arguments, "builder", None) or context.own.text("builder") or "auto",
    )
    application = kind(
        configuration, warn=terminal.warning, reporter=reporter, build_reporter=reporter
    )
    end_on_interrupt(application)
    return application


def _build_constraints(
    arguments: argparse.Namespace, terminal: Terminal, context: CommandContext, pip: PipOptions
) -> tuple[RequestedRequirement, ...]:
    """Read the constraint files for builds; one at a URL is fetched without constraints."""
    names = (*pip.build_constraints, *getattr(arguments, "build_constraint", ()))
    if not names:
        return ()
    from archpip.resolution import read_requirements_file

    def fetch(url: str) -> bytes:
        from archpip.app.resolutions import Resolutions

        unbound = argparse.Namespace(**{**vars(arguments), "build_constraint": ()})
        options = replace(pip, build_constraints=())
        with open_parts(Resolutions, unbound, terminal, context, pip=options) as application:
            return application.fetch(url)

    base = context.surroundings.working_folder
    read = (
        read_requirements_file(
            name, base=base, environ=terminal.environ, fetch=fetch, constraint=True
        )
        for name in names
    )
    return tuple(bound for file in read for bound in file.constraints)


def _with_surroundings(session: SessionOptions, surroundings: Surroundings) -> SessionOptions:
    """Add facts about this machine that a session would otherwise import modules to find."""
    named = surroundings.environ.get("NETRC")
    netrcs = [Path(named)] if named else [surroundings.home / n for n in (".netrc", "_netrc")]
    return replace(
        session,
        has_netrc=any(is_there(netrc) for netrc in netrcs),
        proxy_variables=tuple(
            (name, text)
            for name, text in surroundings.environ.items()
            if name.lower().endswith("_proxy")
        ),
    )


def _with_index_options(options: PipOptions, asked: RequirementSet) -> PipOptions:
    """Apply the index options in requirements files on top, as pip does."""
    said = asked.index
    return replace(
        options,
        index_url=said.index_url or options.index_url,
        no_index=options.no_index or said.no_index,
        extra_index_urls=(*options.extra_index_urls, *said.extra_index_urls),
        find_links=(*options.find_links, *said.find_links),
        trusted_hosts=(*options.trusted_hosts, *said.trusted_hosts),
        index_pins=(*options.index_pins, *said.pins),
    )


def read_question(
    arguments: argparse.Namespace,
    context: CommandContext,
    *,
    asked: RequirementSet,
    targets: tuple[Target, ...],
) -> Question:
    """Combine the requirements with the options for resolving them."""
    pip, own = read_pip_options(arguments, context), context.own
    formats = asked.apply_formats(pip.formats)
    for name, value in arguments.formats or ():
        choose = formats.choose_first if name == "only-binary" else formats.choose_second
        formats = choose(value)
    releases = asked.apply_releases(pip.releases)
    if arguments.pre or pip.pre:
        releases = releases.choose_first(":all:")
    for name, value in arguments.releases or ():
        choose = releases.choose_first if name == "all-releases" else releases.choose_second
        releases = choose(value)
    options = ResolveOptions(
        fallback=Fallback(arguments.fallback or own.text("fallback") or Fallback.SOURCE),
        inspect=InspectScope(arguments.inspect or own.text("inspect") or InspectScope.ALL),
        formats=formats,
        releases=releases,
        prefer_binary=arguments.prefer_binary or pip.prefer_binary or asked.prefer_binary,
        ignore_dependencies=arguments.no_deps or pip.no_deps,
        require_hashes=arguments.require_hashes or pip.require_hashes or asked.require_hashes,
        uploaded_before=_uploaded_before(arguments, pip, asked),
        uploaded_before_of=_uploaded_before_of(arguments, asked),
        order=VersionOrder(arguments.resolution or asked.order or VersionOrder.HIGHEST),
        ignore_requires_python=arguments.ignore_requires_python,
        pythons=tuple(dict.fromkeys(text for _, text in asked.pythons)),
    )
    return Question(
        asked=asked,
        only_dependencies=getattr(arguments, "only_deps", False),
        targets=targets,
        align=Align(getattr(arguments, "align", Align.PREFER)),
        options=options,
        policy=read_policy(arguments, context),
        preferences={
            name: version
            for path in arguments.prefer
            for name, version in read_preferences(path).items()
        },
    )


def _uploaded_before(
    arguments: argparse.Namespace, pip: PipOptions, asked: RequirementSet | None
) -> datetime | None:
    """Return the upload cutoff: the earliest one of the flags, else of all settings."""
    # Commands that resolve nothing lack these flags; pip's configuration applies to them, too.
    prior: datetime | None = getattr(arguments, "uploaded_prior_to", None)
    newer: datetime | bool | None = getattr(arguments, "exclude_newer", None)
    if isinstance(newer, bool):
        return prior  # `--exclude-newer false` puts all settings out of force
    if prior is None and newer is None:
        return earliest(_cutoff_of_pip(pip), asked.uploaded_before if asked else None)
    return earliest(prior, newer)


def _cutoff_of_pip(pip: PipOptions) -> datetime | None:
    if not pip.uploaded_prior_to:
        return None
    try:
        return parse_uploaded_prior_to(pip.uploaded_prior_to)
    except argparse.ArgumentTypeError as error:
        raise ConfigurationError(where="uploaded-prior-to", reason=str(error)) from error


def _uploaded_before_of(
    arguments: argparse.Namespace, asked: RequirementSet | None
) -> tuple[tuple[NormalizedName, datetime | None], ...]:
    """Return the cutoffs of single projects; those of the command line come last, and so count."""
    return (
        *(asked.uploaded_before_of if asked else ()),
        *getattr(arguments, "exclude_newer_package", ()),
    )


def _day_of(moment: datetime | None) -> datetime | None:
    """Round the cutoff for build requirements down to a day.

    It is part of the build cache's key; with `P7D` an exact moment would never match again.
    """
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
