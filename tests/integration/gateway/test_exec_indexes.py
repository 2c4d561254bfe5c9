"""Indexes of files, variables and options behind the gateway."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_index.world import Behaviour
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import FOR_ARM_MAC, HOLLOW, PIP, PIP_ARM_MAC, UV

PROJECT = """\
[project]
name = "demo"
version = "0"
requires-python = ">=3.10"
dependencies = ["uamqp"]
[[tool.uv.index]]
name = "special"
url = "{special}"
explicit = true
[[tool.uv.index]]
name = "house"
url = "{house}"
default = true
[tool.uv.sources]
uamqp = {{ index = "special" }}
"""


def test_indexes_of_the_project_stand_behind_gateways_of_their_own(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    special, house = fake_world("hollow-universal2"), fake_world("azure-eventhub")
    project = PROJECT.format(special=special.index_url(), house=house.index_url())
    (tmp_path / "pyproject.toml").write_text(project)
    through = ("exec", "--target-platform", "macos-arm64", "--", *UV)

    added = archpip_here(*through, "add", "--no-sync", "azure-eventhub==5.11.0")
    locked = (tmp_path / "uv.lock").read_text()
    checked = archpip_here(*through, "lock", "--check")

    assert (added.returncode, checked.returncode) == (0, 0), added.stderr + checked.stderr
    assert HOLLOW not in locked
    assert f'registry = "{special.index_url().rstrip("/")}' in locked
    assert f'registry = "{house.index_url().rstrip("/")}' in locked
    assert "/macos-arm64/" not in locked
    written = (tmp_path / "pyproject.toml").read_text()
    assert written.startswith(project[: project.index("dependencies")])
    assert project[project.index("[[tool") :] in written
    assert "warning" not in added.stderr


@pytest.mark.parametrize("end", ["", "/"], ids=["bare", "slash"])
def test_lock_holds_where_an_explicit_index_is_the_default_once_more(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path, end: str
) -> None:
    url = fake_world("azure-eventhub").index_url().rstrip("/")
    project = PROJECT.format(special=f"{url}{end}", house=url)
    project = project.replace('["uamqp"]', '["uamqp", "azure-eventhub==5.11.0"]')
    (tmp_path / "pyproject.toml").write_text(project)
    through = ("exec", "--target-platform", "macos-arm64", "--", *UV)

    made = archpip_here(*through, "lock")
    locked = (tmp_path / "uv.lock").read_text()
    checked = archpip_here(*through, "lock", "--check")

    assert (made.returncode, checked.returncode) == (0, 0), made.stderr + checked.stderr
    assert f'{{ name = "uamqp", index = "{url}{end}" }}' in locked
    assert f'registry = "{url}"' in locked
    assert (tmp_path / "uv.lock").read_text() == locked


SCRIPT = """\
# /// script
# requires-python = ">=3.10"
# dependencies = ["uamqp"]
# [[tool.uv.index]]
# name = "house"
# url = "{house}"
# ///
"""


def test_index_of_a_script_stands_behind_a_gateway_of_its_own(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    house = fake_world("hollow-universal2").index_url()
    (tmp_path / "s.py").write_text(SCRIPT.format(house=house))
    through = ("exec", "--target-platform", "macos-arm64", "--", *UV)

    made = archpip_here(*through, "lock", "--script", "s.py")
    locked = (tmp_path / "s.py.lock").read_text()
    checked = archpip_here(*through, "lock", "--script", "s.py", "--check")

    assert (made.returncode, checked.returncode) == (0, 0), made.stderr + checked.stderr
    assert HOLLOW not in locked
    assert f'registry = "{house.rstrip("/")}' in locked
    assert (tmp_path / "s.py").read_text() == SCRIPT.format(house=house)


NAMELESS = """\
[project]
name = "demo"
version = "0"
requires-python = ">=3.10"
dependencies = []
[tool.uv]
extra-index-url = ["{special}"]

[[tool.uv.index]]
url = "{house}"
"""


def test_indexes_without_a_name_stand_behind_gateways_of_their_own(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    special, house = fake_world("hollow-universal2"), fake_world("requires-python")
    project = NAMELESS.format(special=special.index_url(), house=house.index_url())
    (tmp_path / "pyproject.toml").write_text(project)
    through = ("exec", "--target-platform", "macos-arm64", "--", *UV)

    added = archpip_here(*through, "add", "--no-sync", "uamqp")
    locked = (tmp_path / "uv.lock").read_text()
    checked = archpip_here(*through, "lock", "--check")
    alone = subprocess.run(
        [*UV, "sync", "--locked", "--dry-run"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (added.returncode, checked.returncode) == (0, 0), added.stderr + checked.stderr
    assert alone.returncode == 0, alone.stderr
    assert HOLLOW not in locked
    assert f'registry = "{special.index_url().rstrip("/")}' in locked
    assert "/macos-arm64/" not in locked
    written = (tmp_path / "pyproject.toml").read_text()
    assert project[project.index("[tool.uv]") :] in written
    assert "warning" not in added.stderr


def test_torch_backend_is_told(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    (tmp_path / "r.in").write_text("uamqp\n")
    command = ("exec", "--target-platform", "macos-arm64", "--index-url", fake.index_url(), "--")
    compile_it = (*UV, "pip", "compile", "r.in", "--no-build")

    told = archpip_here(*command, *compile_it, UV_TORCH_BACKEND="cpu")
    silent = archpip_here(*command, *compile_it)

    assert "torch-backend (UV_TORCH_BACKEND) bypasses the gateway" in told.stderr
    assert "bypasses" not in silent.stderr


def test_ways_round_the_gateway_are_told(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand
) -> None:
    fake = fake_world("hollow-universal2")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--", *PIP, "download", *PIP_ARM_MAC, "--no-deps"),
        *("--index-url", fake.index_url(), "uamqp==1.6.1"),
    )

    assert run.returncode == 0
    assert "--index-url of the command bypasses the gateway" in run.stderr


def test_credentials_stay_with_archpip(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(credentials=("user", "hunter2")))
    url = fake.index_url(credentials=("user", "hunter2"))

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", url, "--"),
        *(*PIP, "download", "-vv", *PIP_ARM_MAC, "uamqp"),
    )

    assert run.returncode == 0, run.stderr
    assert len(list(tmp_path.glob("*.whl"))) == 1
    assert "hunter2" not in run.stdout + run.stderr


def test_files_of_an_index_whose_credentials_are_in_a_keyring_are_passed_on(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(credentials=("user", "hunter2")))
    keyring = tmp_path / "bin" / "keyring"
    keyring.parent.mkdir()
    asked = ["--mode=creds", "get", fake.index_url()]
    keyring.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"sys.exit(print('user\\nhunter2') if sys.argv[1:] == {asked} else 1)\n"
    )
    keyring.chmod(0o755)

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--keyring-provider", "subprocess", "--"),
        *(*PIP, "download", "--keyring-provider", "disabled", *PIP_ARM_MAC, "uamqp"),
        PATH=f"{keyring.parent}{os.pathsep}{os.environ['PATH']}",
    )

    assert run.returncode == 0, run.stderr
    assert len(list(tmp_path.glob("*.whl"))) == 1


def test_other_indexes_of_the_environment_stand_behind_the_gateway(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\nno-index = yes\nfind-links = {fake.links_url()}\n")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--", *PIP, "download", *PIP_ARM_MAC, "uamqp"),
        PIP_CONFIG_FILE=str(config),
    )

    assert run.returncode == 0, run.stderr
    assert [path.name for path in tmp_path.glob("*.whl")] == [
        "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"
    ]


def test_index_of_pdms_own_settings_stands_behind_its_gateway(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    settings = tmp_path / "config" / "pdm" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f"[pypi]\nurl = '{fake.index_url()}'\n[pypi.more]\nurl = 'https://me:secret@more.example'\n"
    )
    program = tmp_path / "pdm"
    program.write_text(
        f"#!{sys.executable}\nimport os, urllib.request\n"
        "print(urllib.request.urlopen(os.environ['PDM_PYPI_URL'] + 'uamqp/').read().decode())\n"
    )
    program.chmod(0o755)

    run = archpip_here(
        *FOR_ARM_MAC, "--", program, "lock", XDG_CONFIG_HOME=str(settings.parent.parent)
    )

    assert run.returncode == 0, run.stderr
    assert "uamqp-1.6.1.tar.gz" in run.stdout
    assert HOLLOW not in run.stdout
    assert (
        f"https://me:****@more.example (pypi.more.url, [pypi] in {settings}) bypasses the gateway"
        in run.stderr
    )
