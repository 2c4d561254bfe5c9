"""From arguments, pip's files, the project and the environment to the values that `app` takes.

What is said on the command line holds over everything, then archpip's and pip's variables, then
the files; see `archpip.integrations` for the order among those.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from archpip.app import Application, Configuration, Question
from archpip.architecture import OperatingSystem
from archpip.builds import BuilderChoice, BuildSettings
from archpip.cli.terminal import Terminal
from archpip.errors import UsageError
from archpip.index import KeyringProvider
from archpip.integrations import (
    OwnSettings,
    PipOptions,
    Surroundings,
    interpret,
    read_own_settings,
    read_pip_config,
)
from archpip.resolution import (
    Fallback,
    InspectScope,
    RequirementSet,
    ResolutionReporter,
    ResolveOptions,
    parse_requirement,
    read_requirements_file,
)
from archpip.targets import (
    Floors,
    Target,
    detect_host,
    parse_floor,
    parse_python,
    parse_target,
    probe_interpreter,
)
from archpip.verdicts import OnUnknown, Policy, parse_override


class NothingAskedError(UsageError):
    """A command got no requirement."""

    code = "nothing-asked"

    def __str__(self) -> str:
        return "Nothing was asked for."

    @property
    def hint(self) -> str:
        """Show what could be asked."""
        return "Name a requirement, or a file of them with -r requirements.txt."


class SeveralTargetsError(UsageError):
    """A command that serves one target got several."""

    code = "several-targets"

    def __init__(self, *, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        return f"This command serves one target, not {', '.join(self.names)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounded:
    """What holds before a command's own arguments are asked."""

    surroundings: Surroundings
    pip: PipOptions
    own: OwnSettings
    host: Target
    """The interpreter that is installed into: `--python`, or the one that runs archpip."""
    python: Path


def read_surroundings(arguments: argparse.Namespace, terminal: Terminal) -> Surrounded:
    """Read this machine and its configuration files.

    Raises:
        ConfigurationError: A file is malformed.
        InterpreterUnusableError: `--python` names no Python.
    """
    named = getattr(arguments, "python", None)
    python = _find_python(Path(named)) if named else Path(sys.executable)
    host = probe_interpreter(python) if named else detect_host()
    surroundings = Surroundings(
        environ=terminal.environ,
        home=Path.home(),
        prefix=python.parent.parent if named else Path(sys.prefix),
        working_folder=Path.cwd(),
        operating_system=detect_host().operating_system,
    )
    pip_config = read_pip_config(surroundings)
    options = interpret(pip_config.effective(), environ=terminal.environ)
    return Surrounded(
        surroundings=surroundings,
        pip=_with_index_arguments(options, arguments),
        own=read_own_settings(surroundings, pip_config),
        host=host,
        python=python,
    )


def _find_python(path: Path) -> Path:
    """Return an interpreter's path; an environment's folder will do, as in pip."""
    for candidate in (path / "bin" / "python", path / "Scripts" / "python.exe"):
        if path.is_dir() and candidate.exists():
            return candidate
    return path


def _with_index_arguments(options: PipOptions, arguments: argparse.Namespace) -> PipOptions:
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
    reporter: ResolutionReporter | None = None,
) -> Application:
    """Put archpip together for one command."""
    options = _with_index_options(surrounded.pip, asked) if asked else surrounded.pip
    configuration = Configuration(
        host=surrounded.host,
        python=surrounded.python,
        environ=terminal.environ,
        cache_folder=find_cache_folder(arguments, surrounded),
        data_folder=find_data_folder(surrounded),
        locations=options.locations(),
        session=options.session(),
        require_build_approval=surrounded.own.boolean("require-source-build-approval"),
        build_settings={
            canonicalize_name(name): BuildSettings(approved=True)
            for name in surrounded.own.words("approve-source-build")
        },
        keep_build_folder=getattr(arguments, "keep_build", None),
        build_seconds=getattr(arguments, "build_timeout", None),
        builder=BuilderChoice(
            getattr(arguments, "builder", None) or surrounded.own.text("builder") or "auto"
        ),
    )
    return Application(configuration, warn=terminal.warning, reporter=reporter)


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


def find_cache_folder(arguments: argparse.Namespace, surrounded: Surrounded) -> Path:
    """Return the folder for what archpip remembers, by each system's custom."""
    named = getattr(arguments, "cache_dir", None) or surrounded.own.text("cache-dir")
    if named:
        return Path(named).expanduser()
    environ, home = surrounded.surroundings.environ, surrounded.surroundings.home
    match surrounded.surroundings.operating_system:
        case OperatingSystem.WINDOWS:
            local = environ.get("LOCALAPPDATA")
            return (Path(local) if local else home / "AppData" / "Local") / "archpip" / "Cache"
        case OperatingSystem.MACOS:
            return home / "Library" / "Caches" / "archpip"
        case _:
            xdg = environ.get("XDG_CACHE_HOME")
            return (Path(xdg) if xdg else home / ".cache") / "archpip"


def find_data_folder(surrounded: Surrounded) -> Path:
    """Return the folder for what a user had archpip prepare, by each system's custom."""
    environ, home = surrounded.surroundings.environ, surrounded.surroundings.home
    match surrounded.surroundings.operating_system:
        case OperatingSystem.WINDOWS:
            local = environ.get("LOCALAPPDATA")
            return (Path(local) if local else home / "AppData" / "Local") / "archpip" / "Data"
        case OperatingSystem.MACOS:
            return home / "Library" / "Application Support" / "archpip"
        case _:
            xdg = environ.get("XDG_DATA_HOME")
            return (Path(xdg) if xdg else home / ".local" / "share") / "archpip"


def read_targets(arguments: argparse.Namespace, surrounded: Surrounded) -> tuple[Target, ...]:
    """Parse the targets that the arguments, or else the settings, name; else the host.

    Raises:
        InvalidTargetError: A name is none.
    """
    own = surrounded.own
    version = arguments.python_version or own.text("python-version")
    python = parse_python(version) if version else None
    floors = Floors(
        **{
            name: parse_floor(text, subject=f"--{name}")
            for name in ("macos", "glibc", "musl")
            if (text := getattr(arguments, name) or own.text(name))
        }
    )
    names: list[str] = list(arguments.target_platform or ())
    if arguments.target_arch:
        names.append(arguments.target_arch)
    if not names:
        arch = own.text("target-arch")
        names = [*own.words("target-platform"), *([arch] if arch else [])]
    return tuple(
        parse_target(name, host=surrounded.host, python=python, floors=floors)
        for name in dict.fromkeys(names or ["host"])
    )


def read_target(arguments: argparse.Namespace, surrounded: Surrounded) -> Target:
    """Parse the one target of a command that serves no more.

    Raises:
        SeveralTargetsError: There are more.
    """
    targets = read_targets(arguments, surrounded)
    if len(targets) > 1:
        raise SeveralTargetsError(names=tuple(target.name for target in targets))
    return targets[0]


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
    found = RequirementSet(
        requirements=tuple(parse_requirement(text, base=base) for text in arguments.requirements)
    )
    constraints = [*surrounded.pip.constraints, *arguments.constraint]
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
    pip, own = surrounded.pip, surrounded.own
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


def read_policy(arguments: argparse.Namespace, surrounded: Surrounded) -> Policy:
    """Read which verdicts are refused.

    Raises:
        InvalidOverrideError: An override has no reason, or matches nothing that could be.
    """
    own = surrounded.own
    written = (*own.words("override"), *arguments.override)
    return Policy(
        strict=arguments.strict or own.boolean("strict"),
        on_unknown=OnUnknown(arguments.on_unknown or own.text("on-unknown") or OnUnknown.REFUSE),
        overrides=tuple(parse_override(text) for text in written),
    )
