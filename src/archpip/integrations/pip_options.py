"""Interpret pip's configuration for archpip: pip's names, kinds of value, and defaults."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from archpip.index import (
    PYPI_URL,
    IndexLocations,
    IndexPin,
    KeyringProvider,
    SessionOptions,
    is_well_formed,
)
from archpip.reachable import expand_home
from archpip.redaction import redact
from archpip.resolution import ProjectSelection
from archpip.settings import (
    ConfigurationError,
    Setting,
    SettingValueError,
    parse_amount,
    parse_boolean,
    parse_count,
)

_ALIASES = MappingProxyType(
    {
        "pypi-url": "index-url",
        "default-timeout": "timeout",
        "no-dependencies": "no-deps",
    }
)
"""pip's alternative names of options, which its configuration accepts too."""

_CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Fallbacks for pip's `cert`, in order of precedence."""


class PipOptions(Struct, frozen=True, kw_only=True):
    """The options from pip's configuration, with pip's defaults. URLs may hold credentials."""

    index_url: str = PYPI_URL
    extra_index_urls: tuple[str, ...] = ()
    no_index: bool = False
    index_pins: tuple[IndexPin, ...] = ()
    """archpip's own, without an equivalent in pip."""
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    certificates: Path | None = None
    client_certificate: Path | None = None
    proxy: str | None = None
    timeout_seconds: float = 15.0
    retries: int = 5
    keyring_provider: KeyringProvider = KeyringProvider.AUTO
    formats: ProjectSelection = field(default_factory=ProjectSelection)
    """First: `--only-binary`; second: `--no-binary`. The command line's apply on top."""
    releases: ProjectSelection = field(default_factory=ProjectSelection)
    """First: `--all-releases`; second: `--only-final`. `pre` is not in it."""
    pre: bool = False
    prefer_binary: bool = False
    constraints: tuple[str, ...] = ()
    """Paths and URLs of constraint files."""
    build_constraints: tuple[str, ...] = ()
    """Likewise, for build requirements."""
    require_hashes: bool = False
    no_deps: bool = False
    no_build_isolation: bool = False
    uploaded_prior_to: str | None = None

    def locations(self) -> IndexLocations:
        """Return the locations of indexes and find-links.

        Raises:
            ConfigurationError: A URL is invalid.
        """
        for url in (self.index_url, *self.extra_index_urls, *self.find_links):
            if not is_well_formed(url):
                raise ConfigurationError(where=redact(url), reason="that is not a URL")
        return IndexLocations(
            index_urls=(self.index_url, *self.extra_index_urls),
            find_links=self.find_links,
            no_index=self.no_index,
            pins=self.index_pins,
        )

    def session(self) -> SessionOptions:
        """Return the HTTP settings for indexes."""
        return SessionOptions(
            trusted_hosts=self.trusted_hosts,
            certificates=self.certificates,
            client_certificate=self.client_certificate,
            proxy=self.proxy,
            timeout_seconds=self.timeout_seconds,
            retries=self.retries,
            keyring_provider=self.keyring_provider,
        )


def interpret(settings: Iterable[Setting], *, environ: Mapping[str, str]) -> PipOptions:
    """Read the options that concern archpip from `PipConfig.effective`.

    All other names are ignored, as in pip.

    Raises:
        SettingValueError: A value is not of its option's kind.
    """
    options = PipOptions()
    for setting in settings:
        apply = _APPLICATIONS.get(_ALIASES.get(setting.name, setting.name))
        if apply:
            options = apply(options, setting)
    if options.certificates is None:
        named = next((environ[name] for name in _CERTIFICATE_VARIABLES if environ.get(name)), None)
        options = replace(options, certificates=Path(named) if named else None)
    return options


Application = Callable[[PipOptions, Setting], PipOptions]


def _field(name: str, parse: Callable[[Setting], object]) -> Application:
    def apply(options: PipOptions, setting: Setting) -> PipOptions:
        return replace(options, **{name: parse(setting)})

    return apply


def _text(setting: Setting) -> str:
    return setting.value


def _words(setting: Setting) -> tuple[str, ...]:
    return tuple(setting.value.split())


def _path(setting: Setting) -> Path:
    return expand_home(setting.value)


def _not_boolean(setting: Setting) -> bool:
    # pip stores the value itself where the flag would store "false", so that
    # `no-build-isolation = yes` keeps the isolation and `= no` ends it (pypa/pip#5735).
    return not parse_boolean(setting)


def _seconds(setting: Setting) -> float:
    try:
        return parse_amount(setting.value, "seconds")
    except ValueError:
        raise _refusal(setting, "a number of seconds above 0") from None


def _count(setting: Setting) -> int:
    try:
        return parse_count(setting.value)
    except ValueError:
        raise _refusal(setting, "0, 1, 2, …") from None


def _keyring_provider(setting: Setting) -> KeyringProvider:
    try:
        return KeyringProvider(setting.value)
    except ValueError:
        raise _refusal(setting, f"one of {', '.join(KeyringProvider)}") from None


def _only_binary(options: PipOptions, setting: Setting) -> PipOptions:
    return replace(options, formats=options.formats.choose_first(setting.value))


def _no_binary(options: PipOptions, setting: Setting) -> PipOptions:
    return replace(options, formats=options.formats.choose_second(setting.value))


def _all_releases(options: PipOptions, setting: Setting) -> PipOptions:
    return replace(options, releases=options.releases.choose_first(setting.value))


def _only_final(options: PipOptions, setting: Setting) -> PipOptions:
    return replace(options, releases=options.releases.choose_second(setting.value))


def _refusal(setting: Setting, wanted: str) -> SettingValueError:
    return SettingValueError(
        where=str(setting.origin), name=setting.name, value=setting.value, wanted=wanted
    )


_APPLICATIONS: Mapping[str, Application] = MappingProxyType(
    {
        "index-url": _field("index_url", _text),
        "extra-index-url": _field("extra_index_urls", _words),
        "no-index": _field("no_index", parse_boolean),
        "find-links": _field("find_links", _words),
        "trusted-host": _field("trusted_hosts", _words),
        "cert": _field("certificates", _path),
        "client-cert": _field("client_certificate", _path),
        "proxy": _field("proxy", _text),
        "timeout": _field("timeout_seconds", _seconds),
        "retries": _field("retries", _count),
        "keyring-provider": _field("keyring_provider", _keyring_provider),
        "only-binary": _only_binary,
        "no-binary": _no_binary,
        "all-releases": _all_releases,
        "only-final": _only_final,
        "pre": _field("pre", parse_boolean),
        "prefer-binary": _field("prefer_binary", parse_boolean),
        "constraint": _field("constraints", _words),
        "build-constraint": _field("build_constraints", _words),
        "require-hashes": _field("require_hashes", parse_boolean),
        "no-deps": _field("no_deps", parse_boolean),
        "no-build-isolation": _field("no_build_isolation", _not_boolean),
        "uploaded-prior-to": _field("uploaded_prior_to", _text),
    }
)
