from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.architecture import OperatingSystem
from archpip.settings import Level, Surroundings, find_pip_files

Make = Callable[..., Surroundings]


def paths(surroundings: Surroundings) -> list[tuple[str, str]]:
    return [(file.level.value, file.path.as_posix()) for file in find_pip_files(surroundings)]


def test_linux_reads_global_user_and_site_weakest_first(surroundings: Make, tmp_path: Path) -> None:
    assert paths(surroundings()) == [
        ("global", f"{tmp_path}/etc/xdg/pip/pip.conf"),
        ("global", f"{tmp_path}/etc/pip.conf"),
        ("user", f"{tmp_path}/home/.pip/pip.conf"),
        ("user", f"{tmp_path}/home/.config/pip/pip.conf"),
        ("site", f"{tmp_path}/env/pip.conf"),
    ]


def test_several_global_folders_are_read_in_their_order(surroundings: Make, tmp_path: Path) -> None:
    found = paths(surroundings(variables={"XDG_CONFIG_DIRS": "/one:relative: /two "}))
    assert [path for level, path in found if level == "global"] == [
        "/one/pip/pip.conf",
        "/two/pip/pip.conf",
        f"{tmp_path}/etc/pip.conf",
    ]


def test_user_folder_follows_xdg_config_home(surroundings: Make) -> None:
    assert ("user", "/c/pip/pip.conf") in paths(surroundings(variables={"XDG_CONFIG_HOME": "/c"}))


def test_macos_reads_the_native_folder_only_where_it_exists(
    surroundings: Make, tmp_path: Path
) -> None:
    mac = surroundings(operating_system=OperatingSystem.MACOS)
    assert ("user", f"{tmp_path}/home/.config/pip/pip.conf") in paths(mac)
    (tmp_path / "home/Library/Application Support/pip").mkdir(parents=True)
    assert paths(mac) == [
        ("global", "/Library/Application Support/pip/pip.conf"),
        ("user", f"{tmp_path}/home/.pip/pip.conf"),
        ("user", f"{tmp_path}/home/Library/Application Support/pip/pip.conf"),
        ("site", f"{tmp_path}/env/pip.conf"),
    ]


def test_windows_reads_pip_ini_in_program_data_and_roaming(
    surroundings: Make, tmp_path: Path
) -> None:
    windows = surroundings(
        variables={"APPDATA": "/roaming", "PROGRAMDATA": "/data"},
        operating_system=OperatingSystem.WINDOWS,
    )
    assert paths(windows) == [
        ("global", "/data/pip/pip.ini"),
        ("user", f"{tmp_path}/home/pip/pip.ini"),
        ("user", "/roaming/pip/pip.ini"),
        ("site", f"{tmp_path}/env/pip.ini"),
    ]


def test_file_of_the_variable_replaces_the_users_own(surroundings: Make) -> None:
    here = surroundings(files={"work/my.conf": ""}, variables={"PIP_CONFIG_FILE": "my.conf"})
    levels = [file.level for file in find_pip_files(here)]
    assert levels == [Level.GLOBAL, Level.GLOBAL, Level.SITE, Level.ENVIRONMENT]


def test_absent_file_of_the_variable_leaves_the_users_own(surroundings: Make) -> None:
    here = surroundings(variables={"PIP_CONFIG_FILE": "my.conf"})
    assert [file.level for file in find_pip_files(here)].count(Level.USER) == 2


@pytest.mark.parametrize(
    ("operating_system", "device"),
    [(OperatingSystem.LINUX, "/dev/null"), (OperatingSystem.WINDOWS, "nul")],
)
def test_null_device_turns_every_file_off(
    surroundings: Make, operating_system: OperatingSystem, device: str
) -> None:
    here = surroundings(variables={"PIP_CONFIG_FILE": device}, operating_system=operating_system)
    assert find_pip_files(here) == ()
