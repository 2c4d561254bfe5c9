import json
from pathlib import Path

from archpip.integrations import Client, Route
from archpip.reports.configuration import render_route, render_settings, render_settings_json
from archpip.settings import (
    Origin,
    OwnSetting,
    OwnSettings,
    PipConfig,
    Setting,
)

FILE = Origin(file=Path("pip.conf"), section="global")
OWN = OwnSettings(
    settings=(OwnSetting(name="target-platform", value=("macos-arm64",), origin=FILE),)
)
PIP = PipConfig(
    settings=(
        Setting(
            name="extra-index-url",
            value="\nhttps://user:secret@one.example\nhttps://token@two.example",
            origin=FILE,
        ),
    )
)


def test_each_setting_has_its_place_and_no_secret() -> None:
    assert render_settings(OWN, PIP).splitlines() == [
        "archpip.target-platform  macos-arm64  ([global] in pip.conf)",
        (
            "pip.extra-index-url      https://user:****@one.example https://****@two.example"
            "  ([global] in pip.conf)"
        ),
    ]


def test_where_uv_looks_stands_beside_them() -> None:
    route = Route(client=Client.UV, name="index", address="https://one.example", origin=FILE)

    assert render_settings(OWN, PipConfig(), [route]).splitlines()[1:] == [
        "uv.index                 https://one.example  ([global] in pip.conf)"
    ]
    [_, listed] = json.loads(render_settings_json(OWN, PipConfig(), [route]))["settings"]
    assert (listed["of"], listed["name"]) == ("uv", "index")


def test_json_says_the_same() -> None:
    document = json.loads(render_settings_json(OWN, PIP))

    assert [each["name"] for each in document["settings"]] == ["target-platform", "extra-index-url"]
    assert "secret" not in json.dumps(document)


def test_nothing_set_is_said() -> None:
    assert render_settings(OwnSettings(), PipConfig()) == "Nothing is set; defaults hold."


def test_way_past_the_gateway_is_a_sentence() -> None:
    route = Route(
        client=Client.UV,
        name="UV_INDEX",
        address="https://one.example",
        origin=Origin(variable="U"),
    )

    assert render_route(route) == "uv asks https://one.example itself: UV_INDEX, U"
