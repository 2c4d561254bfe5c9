"""pip.conf as pip reads it: our reader beside `pip config`, on a matrix of files and variables."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from archpip.architecture import OperatingSystem
from archpip.index import PYPI_URL
from archpip.integrations import interpret
from archpip.redaction import redact
from archpip.settings import Setting, Surroundings, find_pip_files, read_pip_config

Files = Mapping[str, str]

GLOBAL = "xdg/pip/pip.conf"
LEGACY = "home/.pip/pip.conf"
USER = "home/.config/pip/pip.conf"
NAMED = "named.conf"

WORLDS: Mapping[str, tuple[Files, Mapping[str, str]]] = {
    "nothing": ({}, {}),
    "global-only": ({GLOBAL: "[global]\nindex-url = https://a.example/simple\n"}, {}),
    "user-over-global": (
        {
            GLOBAL: "[global]\nindex-url = https://a.example/simple\ntimeout = 3\n",
            USER: "[global]\nindex-url = https://b.example/simple\n",
        },
        {},
    ),
    "legacy-under-user": (
        {LEGACY: "[global]\nretries = 1\ntimeout = 1\n", USER: "[global]\nretries = 2\n"},
        {},
    ),
    "section-beats-file": (
        {GLOBAL: "[install]\nfind-links = /a\n", USER: "[global]\nfind-links = /b\n"},
        {},
    ),
    "lists-replace": (
        {
            GLOBAL: "[global]\ntrusted-host =\n    a.example\n    b.example\n",
            USER: "[global]\ntrusted_host = c.example\n",
        },
        {},
    ),
    "variables": (
        {USER: "[global]\nno-index = yes\nproxy = http://p.example\n"},
        {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "/x /y", "PIP_DEFAULT_TIMEOUT": "9"},
    ),
    "named-file-replaces-user": (
        {USER: "[global]\nindex-url = https://user.example\n", NAMED: "[global]\ncert = /c\n"},
        {"PIP_CONFIG_FILE": NAMED},
    ),
    "named-file-that-is-absent": (
        {USER: "[global]\nindex-url = https://user.example\n"},
        {"PIP_CONFIG_FILE": NAMED},
    ),
    "named-file-that-is-empty-text": (
        {USER: "[global]\nindex-url = https://user.example\n"},
        {"PIP_CONFIG_FILE": ""},
    ),
    "null-device": (
        {GLOBAL: "[global]\nindex-url = https://a.example\n"},
        {"PIP_CONFIG_FILE": os.devnull},
    ),
    "spellings": (
        {
            USER: "[GLOBAL]\ntimeout = 4\n[global]\n--Extra_Index_URL = https://x\npre: true\n",
        },
        {},
    ),
    "no-interpolation": ({USER: "[global]\nproxy = http://u:100%25@p.example/%(home)s\n"}, {}),
    "default-section": ({USER: "[DEFAULT]\nretries = 7\n[install]\npre = true\n"}, {}),
    "own-section": ({USER: "[archpip]\ntarget-arch = arm64\n"}, {}),
    "credentials": (
        {USER: "[global]\nextra-index-url = https://u:p@x.example\n  https://token@y.example\n"},
        {},
    ),
    "no-index-of-another-command": (
        {USER: "[download]\nno-index = 1\n[global]\nindex-url = https://a.example/\n"},
        {},
    ),
    "no-index-in-install": (
        {GLOBAL: "[install]\nno-index = on\n[global]\nno-index = off\nfind-links = /a\n"},
        {},
    ),
    "empty-value-undoes": (
        {GLOBAL: "[global]\nfind-links = /a\n", USER: "[global]\nfind-links =\n"},
        {"PIP_INDEX_URL": ""},
    ),
    "second-name": ({USER: "[global]\npypi-url = https://a.example\n"}, {}),
    "relative-xdg-is-ignored": (
        {"rel/pip/pip.conf": "[global]\npre = 1\n"},
        {"XDG_CONFIG_DIRS": "rel"},
    ),
}


@pytest.fixture(params=list(WORLDS.values()), ids=list(WORLDS))
def surroundings(request: pytest.FixtureRequest, tmp_path: Path) -> Surroundings:
    files, variables = request.param
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (tmp_path / "home").mkdir(exist_ok=True)
    environ = {
        "HOME": str(tmp_path / "home"),
        "XDG_CONFIG_DIRS": str(tmp_path / "xdg"),
        "PATH": os.defpath,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # it would ask an index
        **variables,
    }
    return Surroundings(
        environ=environ,
        home=tmp_path / "home",
        prefix=Path(sys.prefix),  # that of the pip that is run
        working_folder=tmp_path,
        operating_system=OperatingSystem.LINUX,
    )


def run_pip(surroundings: Surroundings, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pip", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=surroundings.working_folder,
        env=dict(surroundings.environ),
    ).stdout


def test_values_are_those_of_pip_config_list(surroundings: Surroundings) -> None:
    # pip lists every file's values, those too that a stronger file replaces.
    listed = run_pip(surroundings, "config", "list").splitlines()
    settings = read_pip_config(surroundings).settings
    ours = [f"{key_of(setting)}={setting.value!r}" for setting in settings]
    assert sorted(ours) == sorted(listed)


def test_places_to_look_are_those_of_pip_install(surroundings: Surroundings) -> None:
    """What holds in the end, sections and variables weighed: pip says where it looks."""
    (surroundings.working_folder / "nothing.txt").touch()
    said = run_pip(surroundings, "install", "--dry-run", "-r", "nothing.txt").splitlines()
    settings = read_pip_config(surroundings).effective()
    locations = interpret(settings, environ=surroundings.environ).locations()
    ours = []
    if not locations.no_index and locations.index_urls != (PYPI_URL,):
        ours.append(f"Looking in indexes: {', '.join(map(redact, locations.index_urls))}")
    if locations.find_links:
        ours.append(f"Looking in links: {', '.join(locations.find_links)}")
    assert ours == said


def key_of(setting: Setting) -> str:
    return f"{setting.origin.section or ':env:'}.{setting.name}"


def test_files_are_those_of_pip_config_debug(surroundings: Surroundings) -> None:
    debug = run_pip(surroundings, "config", "debug")
    found = re.findall(r"^  (\S.*), exists: (True|False)$", debug, re.MULTILINE)
    named = surroundings.environ.get("PIP_CONFIG_FILE")
    ours = {(str(file.path), str(file.path.exists())) for file in find_pip_files(surroundings)}
    if named == os.devnull:
        assert ours == set()  # pip lists what it then does not read
    else:
        theirs = {
            (str(surroundings.working_folder / path), exists) for path, exists in found if path
        }
        assert ours == theirs
