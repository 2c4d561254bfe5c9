from pathlib import Path

import pytest

from archpip.index import IndexLocations, KeyringProvider, SessionOptions
from archpip.integrations import PipOptions, interpret
from archpip.resolution import ProjectSelection
from archpip.settings import Origin, Setting, SettingValueError


def options(*pairs: tuple[str, str], **environ: str) -> PipOptions:
    settings = [
        Setting(name=name, value=value, origin=Origin(variable=f"PIP_{name}"))
        for name, value in pairs
    ]
    return interpret(settings, environ=environ)


def test_nothing_configured_means_pips_defaults() -> None:
    assert options().locations() == IndexLocations(index_urls=("https://pypi.org/simple",))
    assert options().session() == SessionOptions()


def test_every_option_lands_where_it_belongs() -> None:
    read = options(
        ("index-url", "https://a.example/simple"),
        ("extra-index-url", "https://b.example\nhttps://c.example"),
        ("no-index", "yes"),
        ("find-links", "/wheels  https://d.example/links"),
        ("trusted-host", "a.example b.example:8080"),
        ("cert", "/ca.pem"),
        ("client-cert", "/me.pem"),
        ("proxy", "http://p.example:3128"),
        ("default-timeout", "60"),
        ("retries", "2"),
        ("keyring-provider", "subprocess"),
        ("prefer-binary", "true"),
        ("constraint", "a.txt b.txt"),
        ("pre", "1"),
        ("require-hashes", "on"),
        ("no-dependencies", "t"),
    )
    assert read == PipOptions(
        index_url="https://a.example/simple",
        extra_index_urls=("https://b.example", "https://c.example"),
        no_index=True,
        find_links=("/wheels", "https://d.example/links"),
        trusted_hosts=("a.example", "b.example:8080"),
        certificates=Path("/ca.pem"),
        client_certificate=Path("/me.pem"),
        proxy="http://p.example:3128",
        timeout_seconds=60.0,
        retries=2,
        keyring_provider=KeyringProvider.SUBPROCESS,
        prefer_binary=True,
        constraints=("a.txt", "b.txt"),
        pre=True,
        require_hashes=True,
        no_deps=True,
    )


def test_later_value_of_a_name_holds() -> None:
    assert not options(("no-index", "1"), ("no-index", "0")).no_index


def test_formats_add_up_and_the_later_word_wins() -> None:
    read = options(("no-binary", ":all:"), ("only-binary", "Numpy,pandas"), ("no-binary", "pandas"))
    assert read.formats == ProjectSelection(
        first=frozenset({"numpy"}), second=frozenset({":all:", "pandas"})
    )


def test_none_empties_a_format() -> None:
    assert options(("only-binary", "a,b"), ("only-binary", ":none:")).formats == ProjectSelection()


@pytest.mark.parametrize(("value", "off"), [("no", True), ("yes", False)])
def test_no_build_isolation_is_as_contrary_as_in_pip(value: str, *, off: bool) -> None:
    assert options(("no-build-isolation", value)).no_build_isolation is off


def test_home_that_nobody_has_is_a_folders_name() -> None:
    assert options(("cert", "~no-such-user/c")).certificates == Path("~no-such-user/c")


def test_certificates_come_from_requests_variables_where_nothing_else_names_them() -> None:
    assert options(CURL_CA_BUNDLE="/b", REQUESTS_CA_BUNDLE="/a").certificates == Path("/a")
    assert options(("cert", "/c"), REQUESTS_CA_BUNDLE="/a").certificates == Path("/c")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("no-index", "perhaps", "yes or no"),
        ("timeout", "soon", "a number of seconds above 0"),
        ("timeout", "-1", "a number of seconds above 0"),
        ("timeout", "1e300", "a number of seconds above 0"),
        ("retries", "1.5", "0, 1, 2, …"),
        ("retries", "-1", "0, 1, 2, …"),
        ("keyring-provider", "vault", "auto, disabled, import, subprocess"),
    ],
)
def test_value_of_the_wrong_kind_says_where_it_stands(name: str, value: str, wanted: str) -> None:
    with pytest.raises(SettingValueError, match=wanted) as caught:
        options((name, value))
    assert str(caught.value).startswith(f"PIP_{name}: {name} is '{value}'")


def test_options_of_other_commands_are_passed_over() -> None:
    assert options(("disable-pip-version-check", "1"), ("no-color", "x")) == PipOptions()
