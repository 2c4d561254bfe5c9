from pathlib import Path

import pytest

from archpip.architecture import OperatingSystem
from archpip.integrations import find_pdm_routes, read_pdm_indexes
from archpip.settings import Surroundings

SERVER = "https://one.example/simple"


def surroundings(folder: Path, **environ: str) -> Surroundings:
    return Surroundings(
        environ=environ,
        home=folder / "home",
        prefix=folder,
        working_folder=folder / "project",
        operating_system=OperatingSystem.LINUX,
        etc=folder / "etc",
    )


@pytest.fixture
def users_file(tmp_path: Path) -> Path:
    file = tmp_path / "home" / ".config" / "pdm" / "config.toml"
    file.parent.mkdir(parents=True)
    return file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    return folder


def found(where: Surroundings) -> list[tuple[str, str, str]]:
    return [(each.name, each.url, str(each.origin)) for each in read_pdm_indexes(where)]


def test_strongest_place_says_what_an_index_is(
    tmp_path: Path, users_file: Path, project: Path
) -> None:
    users_file.write_text(f"[pypi]\nurl = '{SERVER}/user'\n[pypi.more]\nurl = '{SERVER}/more'\n")
    local = project / "pdm.toml"
    local.write_text(f"[pypi.local]\nurl = '{SERVER}/local'\n")
    (tmp_path / "etc" / "xdg" / "pdm").mkdir(parents=True)
    machine = tmp_path / "etc" / "xdg" / "pdm" / "config.toml"
    machine.write_text(f"[pypi]\nurl = '{SERVER}/machine'\n[pypi.far]\nurl = '{SERVER}/far'\n")

    written = found(surroundings(tmp_path))
    given = found(surroundings(tmp_path, PDM_PYPI_URL=f"{SERVER}/given"))

    assert written == [
        ("local", f"{SERVER}/local", f"[pypi] in {local}"),
        ("pypi", f"{SERVER}/user", f"[pypi] in {users_file}"),
        ("more", f"{SERVER}/more", f"[pypi] in {users_file}"),
        ("far", f"{SERVER}/far", f"[pypi] in {machine}"),
    ]
    assert given[0] == ("pypi", f"{SERVER}/given", "PDM_PYPI_URL")


def test_other_file_may_stand_in_place_of_the_users(tmp_path: Path, project: Path) -> None:
    (project / "mine.toml").write_text(f"[pypi]\nurl = '{SERVER}'\n")
    [index] = read_pdm_indexes(surroundings(tmp_path, PDM_CONFIG_FILE="mine.toml"))
    assert (index.url, index.is_default) == (SERVER, True)


def test_credentials_beside_the_address_go_with_it(tmp_path: Path, users_file: Path) -> None:
    users_file.write_text(
        f"[pypi]\nurl = '{SERVER}'\nusername = 'me'\npassword = 'p@ss'\nverify_ssl = true\n"
    )
    where = surroundings(tmp_path)
    [index] = read_pdm_indexes(where)
    [route] = find_pdm_routes(where)
    assert index.url == "https://me:p%40ss@one.example/simple"
    assert (route.name, route.address) == ("pypi.url", "https://me:****@one.example/simple")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("url = 'https://you@one.example/'\nusername = 'me'", "https://you@one.example/"),
        ("url = 'https://one.example/'\nusername = 'me'", "https://me:@one.example/"),
    ],
    ids=["the address has its own", "a user alone"],
)
def test_credentials_of_the_address_go_before_those_beside_it(
    tmp_path: Path, users_file: Path, said: str, expected: str
) -> None:
    users_file.write_text(f"[pypi]\n{said}\n")
    [index] = read_pdm_indexes(surroundings(tmp_path))
    assert index.url == expected


def test_credentials_may_be_in_variables(tmp_path: Path, users_file: Path) -> None:
    users_file.write_text(f"[pypi]\nurl = '{SERVER}'\n")
    where = surroundings(tmp_path, PDM_PYPI_USERNAME="me", PDM_PYPI_PASSWORD="secret")
    assert found(where) == [
        ("pypi", "https://me:secret@one.example/simple", f"[pypi] in {users_file}")
    ]


@pytest.mark.parametrize("environ", [{}, {"PDM_IGNORE_STORED_INDEX": "true"}])
def test_stored_indexes_may_be_ignored(
    tmp_path: Path, users_file: Path, environ: dict[str, str]
) -> None:
    users_file.write_text(
        f"[pypi]\nurl = '{SERVER}'\nignore_stored_index = {not environ}\n".lower()
    )
    assert read_pdm_indexes(surroundings(tmp_path, **environ)) == ()
    assert read_pdm_indexes(surroundings(tmp_path, PDM_IGNORE_STORED_INDEX="0")) != ()


@pytest.mark.parametrize(
    ("system", "environ", "place"),
    [
        (OperatingSystem.WINDOWS, {}, "AppData/Local/pdm/pdm"),
        (OperatingSystem.MACOS, {}, "Library/Application Support/pdm"),
    ],
)
def test_users_file_is_where_the_system_has_it(
    tmp_path: Path, system: OperatingSystem, environ: dict[str, str], place: str
) -> None:
    folder = tmp_path / "home" / place
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f"[pypi]\nurl = '{SERVER}'\n")
    where = surroundings(tmp_path, **environ)
    changed = Surroundings(
        environ=where.environ,
        home=where.home,
        prefix=where.prefix,
        working_folder=where.working_folder,
        operating_system=system,
    )
    assert [index.url for index in read_pdm_indexes(changed)] == [SERVER]
