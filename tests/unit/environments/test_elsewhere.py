"""What an environment imports from outside of its folder."""

import json
from pathlib import Path

import pytest

from archpip.environments import find_elsewhere
from archpip.environments.folders import FolderTree
from tests.unit.environments.installations import SITE, lay_out


def find_in(root: Path) -> tuple[str, ...]:
    return find_elsewhere(FolderTree(root), root)


def test_the_sources_of_editable_installations_are_told(tmp_path: Path) -> None:
    lay_out(tmp_path, {"hooked/x.py": b"", "project/src/pkg/__init__.py": b"", "env/own/y.py": b""})
    pth = f"{tmp_path}/project/src\n{tmp_path}/env/own\n{tmp_path}/gone\nimport os\n"

    def direct(name: str, *, editable: bool) -> bytes:
        url = {"url": f"file://{tmp_path}/{name}", "dir_info": {"editable": editable}}
        return json.dumps(url).encode()

    files = {
        "__editable__.pkg-1.0.pth": pth.encode(),
        "pkg-1.0.dist-info/direct_url.json": direct("project", editable=True),
        "hooked-1.0.dist-info/direct_url.json": direct("hooked", editable=True),
        "copied-1.0.dist-info/direct_url.json": direct("project", editable=False),
        "odd-1.0.dist-info/direct_url.json": b"[[[",
        "pkg/data.pth": f"{tmp_path}/hooked".encode(),
    }
    root = lay_out(tmp_path / "env", files, within=SITE)

    assert find_in(root) == (f"{tmp_path}/hooked", f"{tmp_path}/project/src")


@pytest.mark.parametrize(
    ("value", "told"), [("true", ("the packages of the Python in /opt/py/bin",)), ("false", ())]
)
def test_the_packages_of_the_python_beneath_are_told(
    tmp_path: Path, value: str, told: tuple[str, ...]
) -> None:
    text = f"home = /opt/py/bin\ninclude-system-site-packages = {value}\n"

    assert find_in(lay_out(tmp_path, {"pyvenv.cfg": text.encode()})) == told
