import pytest

from archpip.architecture import OperatingSystem
from archpip.integrations import Client, Route, find_routes
from archpip.settings import ConfigurationError, Origin, Surroundings, read_pip_config
from tests.unit.settings.machines import MakeSurroundings

GATEWAY = "https://archpip.example/macos-arm64/simple/"


def routes(surroundings: Surroundings) -> list[tuple[Client, str, str, bool]]:
    found = find_routes(surroundings, read_pip_config(surroundings))
    return [(route.client, route.name, route.address, route.is_gateway) for route in found]


def test_pip_goes_round_by_an_extra_index_and_by_links(surroundings: MakeSurroundings) -> None:
    config = (
        f"[global]\nindex-url = {GATEWAY}\n"
        "extra-index-url = https://user:secret@one.example/simple\n"
        "[install]\nfind-links = wheels\n"
    )

    assert routes(surroundings({"home/.config/pip/pip.conf": config})) == [
        (Client.PIP, "index-url", GATEWAY, True),
        (Client.PIP, "extra-index-url", "https://user:****@one.example/simple", False),
        (Client.PIP, "find-links", "wheels", False),
    ]


def test_uv_goes_round_to_pytorchs_indexes(surroundings: MakeSurroundings) -> None:
    machine = surroundings(
        {"home/.config/uv/uv.toml": '[pip]\ntorch-backend = "auto"\n'}, {"UV_TORCH_BACKEND": "cpu"}
    )

    route = (Client.UV, "torch-backend", "https://download.pytorch.org/whl/", False)
    assert routes(machine) == [route, route]


def test_uv_goes_round_by_its_files_and_variables(surroundings: MakeSurroundings) -> None:
    project = (
        "[[tool.uv.index]]\nurl = 'https://one.example/simple'\n"
        "[tool.uv]\nextra-index-url = ['https://two.example']\n"
        "[tool.uv.pip]\nfind-links = ['wheels']\n"
        "[tool.uv.sources]\na = { git = 'https://git.example/a' }\nb = { workspace = true }\n"
        "c = [{ url = 'https://three.example/c.whl' }]\n"
    )
    made = surroundings(
        {
            "work/pyproject.toml": project,
            "home/.config/uv/uv.toml": f"[[index]]\nurl = '{GATEWAY}'\ndefault = true\n",
            "etc/uv/uv.toml": "index-url = 'https://four.example'\n",
        },
        {"UV_INDEX": "https://five.example"},
    )

    assert [(name, address) for _, name, address, _ in routes(made)] == [
        ("index-url", "https://four.example"),
        ("index", GATEWAY),
        ("extra-index-url", "https://two.example"),
        ("find-links", "wheels"),
        ("index", "https://one.example/simple"),
        ("sources.a", "https://git.example/a"),
        ("sources.c", "https://three.example/c.whl"),
        ("UV_INDEX", "https://five.example"),
    ]


def test_uv_toml_hides_the_project_beside_it(surroundings: MakeSurroundings) -> None:
    made = surroundings(
        {
            "work/pyproject.toml": "[tool.uv]\nindex-url = 'https://one.example'\n",
            "work/uv.toml": "index-url = 'https://two.example'\n",
        }
    )

    assert [address for _, _, address, _ in routes(made)] == ["https://two.example"]


def test_windows_keeps_uvs_file_with_the_roaming_ones(surroundings: MakeSurroundings) -> None:
    made = surroundings(
        {"home/AppData/Roaming/uv/uv.toml": "index-url = 'https://one.example'\n"},
        operating_system=OperatingSystem.WINDOWS,
    )

    assert [address for _, _, address, _ in routes(made)] == ["https://one.example"]


def test_broken_file_is_named(surroundings: MakeSurroundings) -> None:
    with pytest.raises(ConfigurationError, match=r"uv\.toml: not TOML"):
        routes(surroundings({"work/uv.toml": "index-url =\n"}))


@pytest.mark.parametrize(
    ("address", "gateway"),
    [
        (GATEWAY, True),
        ("http://127.0.0.1:8420/linux-aarch64/simple", True),
        ("https://pypi.org/simple/", False),
        ("https://pypi.org/company/simple/", False),
        ("wheels", False),
    ],
)
def test_gateway_is_known_by_its_path(address: str, *, gateway: bool) -> None:
    route = Route(client=Client.PIP, name="index-url", address=address, origin=Origin())

    assert route.is_gateway is gateway
