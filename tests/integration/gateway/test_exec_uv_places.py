"""Real uv, whose files name places that no variable takes away, behind the gateway."""

import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import FOR_ARM_MAC, HOLLOW, UV, UV_ARM_MAC

OLDER = "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"
THROUGH = (*FOR_ARM_MAC, "--", *UV)
PROJECT = """\
[project]
name = "demo"
version = "0"
requires-python = ">=3.10"
dependencies = ["uamqp"]
"""

PLACES = {
    "find-links": 'find-links = ["{links}"]\nindex-url = "{nothing}"\n',
    "flat with a name": '[[index]]\nname="f"\nurl = "{links}"\nformat = "flat"\n'
    '[[index]]\nurl = "{nothing}"\ndefault = true\n',
    "flat without a name": '[[index]]\nurl = "{links}"\nformat = "flat"\n'
    '[[index]]\nurl = "{nothing}"\ndefault = true\n',
    "flat default": '[[index]]\nurl = "{links}"\nformat = "flat"\ndefault = true\n',
    "find-links alone": 'find-links = ["{links}"]\nno-index = true\n',
    "all indexes compared": 'index-strategy = "unsafe-best-match"\n'
    'extra-index-url = ["{index}"]\nindex-url = "{nothing}"\n',
    "find-links of uv pip": '[pip]\nfind-links = ["{links}"]\nindex-url = "{nothing}"\n',
}
"""Settings by which uv finds uamqp."""


@pytest.mark.parametrize("settings", PLACES.values(), ids=PLACES)
def test_places_that_no_variable_takes_away_stand_behind_the_gateway(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path, settings: str
) -> None:
    fake, empty = fake_world("hollow-universal2"), fake_world("requires-python")
    urls = {"links": fake.links_url(), "index": fake.index_url(), "nothing": empty.index_url()}
    (tmp_path / "uv.toml").write_text(settings.format(**urls))
    (tmp_path / "uamqp.in").write_text("uamqp\n")

    run = archpip_here(
        *(*THROUGH, "pip", "compile", "-v", "--only-binary", ":all:"), *UV_ARM_MAC, "uamqp.in"
    )

    assert run.returncode == 0, run.stderr
    assert "uamqp==1.3.0" in run.stdout
    assert "bypasses" not in run.stderr
    assert f"{HOLLOW}: AP201" in run.stderr


@pytest.mark.parametrize(
    "settings", [PLACES["find-links"], PLACES["flat with a name"]], ids=["find-links", "flat"]
)
def test_lockfile_names_the_page_of_files_as_without_a_gateway(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path, settings: str
) -> None:
    fake, empty = fake_world("hollow-universal2"), fake_world("requires-python")
    urls = {"links": fake.links_url(), "nothing": empty.index_url()}
    (tmp_path / "uv.toml").write_text(settings.format(**urls))
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    first = archpip_here(*THROUGH, "lock")
    locked = (tmp_path / "uv.lock").read_text()
    again = archpip_here(*THROUGH, "lock", "--check")
    alone = subprocess.run(
        [*UV, "sync", "--locked", "--dry-run"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert first.returncode == 0, first.stderr
    assert HOLLOW not in locked
    assert f'registry = "{fake.links_url().rstrip("/")}' in locked
    assert "127.0.0.1" not in locked.replace(fake.url, "")
    assert again.returncode == 0, again.stderr
    assert alone.returncode == 0, alone.stderr
    assert "bypasses" not in first.stderr


def test_page_of_files_with_a_name_needs_no_upload_times(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake, empty = fake_world("hollow-universal2"), fake_world("requires-python")
    urls = {"links": fake.links_url(), "nothing": empty.index_url()}
    settings = 'exclude-newer = "2025-01-01"\n' + PLACES["flat with a name"].format(**urls)
    (tmp_path / "uv.toml").write_text(settings)
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    run = archpip_here(*THROUGH, "lock")

    assert run.returncode == 0, run.stderr
    assert HOLLOW not in (tmp_path / "uv.lock").read_text()


def test_folder_goes_round_where_a_lockfile_would_name_its_paths(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    (tmp_path / "wheels").mkdir()
    settings = f'find-links = ["wheels"]\nindex-url = "{fake.index_url()}"\n'
    (tmp_path / "uv.toml").write_text(settings)
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    locked = archpip_here(*THROUGH, "lock")
    compiled = archpip_here(*THROUGH, "pip", "compile", *UV_ARM_MAC, "pyproject.toml")
    doctor = archpip_here("config", "doctor")

    assert (locked.returncode, compiled.returncode) == (0, 0), locked.stderr + compiled.stderr
    assert f"{tmp_path / 'wheels'} of uv's files" in locked.stderr
    assert "bypasses" not in compiled.stderr
    assert f"{tmp_path / 'wheels'} of uv's files" in doctor.stderr


def test_folder_of_wheels_is_judged_for_uv_pip(
    archpip_here: ArchpipCommand, tmp_path: Path, fake_world: FakeWorldFactory
) -> None:
    fake = fake_world("hollow-universal2")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in (HOLLOW, OLDER):
        with urlopen(fake.file_url(name)) as file:  # noqa: S310  # loopback
            (wheels / name).write_bytes(file.read())
    (tmp_path / "uv.toml").write_text('find-links = ["wheels"]\nno-index = true\n')

    run = archpip_here(*THROUGH, "pip", "install", "--target", "out", *UV_ARM_MAC, "uamqp")

    assert run.returncode == 0, run.stderr
    assert (tmp_path / "out" / "uamqp-1.3.0.dist-info").is_dir()
    assert f"{HOLLOW}: AP201" in run.stderr
