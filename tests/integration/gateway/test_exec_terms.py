"""What entries of uv's `index` say of when and how to ask, kept by the gateways in their place."""

from pathlib import Path

import pytest

from fake_index.sdists import Sdist, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, write_wheel
from fake_index.world import Behaviour, Fault, Index, IndexFile, Project, World
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import HOLLOW, UV

PROJECT = """\
[project]
name = "work"
version = "0"
requires-python = ">=3.10"
dependencies = ["demo"]
[[tool.uv.index]]
name = "dated"
url = "{url}"
{terms}
"""
DATED = 'exclude-newer = "2024-06-01T00:00:00Z"'
TIMES = {"1": "2024-01-01T00:00:00Z", "2": "2025-01-01T00:00:00Z"}


def demo(version: str) -> tuple[IndexFile, IndexFile]:
    metadata = CoreMetadata(name="demo", version=version)
    wheel, sdist = Wheel(metadata=metadata, tag="py3-none-any"), Sdist(metadata=metadata)
    return (
        IndexFile(filename=wheel.filename, content=write_wheel(wheel), upload_time=TIMES[version]),
        IndexFile(filename=sdist.filename, content=write_sdist(sdist), upload_time=TIMES[version]),
    )


def world() -> World:
    files = tuple(file for version in TIMES for file in demo(version))
    return World(indexes=(Index(name="main", projects=(Project(name="demo", files=files),)),))


@pytest.mark.parametrize(
    ("terms", "version"), [("", "2"), (DATED, "1"), (f"{DATED}\ndefault = true", "1")]
)
def test_moment_of_an_index_holds_behind_its_gateway(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    tmp_path: Path,
    terms: str,
    version: str,
) -> None:
    project = PROJECT.format(url=fake_world(world()).index_url(), terms=terms)
    (tmp_path / "pyproject.toml").write_text(project)

    done = archpip_here("exec", "--target-platform", "macos-arm64", "--", *UV, "lock")

    assert done.returncode == 0, done.stderr
    assert f'name = "demo"\nversion = "{version}"' in (tmp_path / "uv.lock").read_text()
    assert "does not hold" not in done.stderr


def test_moment_of_a_project_counts_before_its_indexes(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    project = PROJECT.format(url=fake_world(world()).index_url(), terms=DATED)
    (tmp_path / "pyproject.toml").write_text(project)

    done = archpip_here(
        *("exec", "--target-platform", "macos-arm64", "--", *UV),
        *("lock", "--exclude-newer-package", "demo=2026-01-01"),
    )

    assert done.returncode == 0, done.stderr
    assert 'name = "demo"\nversion = "2"' in (tmp_path / "uv.lock").read_text()


@pytest.mark.parametrize(
    ("terms", "version"),
    [
        ("exclude-newer = false", "2"),
        ("exclude-newer = false\ndefault = true", "2"),
        ('exclude-newer = "2024-06-01"', "1"),
        ("", None),
    ],
)
def test_moment_of_an_index_holds_in_place_of_that_for_all(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    tmp_path: Path,
    terms: str,
    version: str | None,
) -> None:
    project = PROJECT.format(url=fake_world(world()).index_url(), terms=terms)
    (tmp_path / "pyproject.toml").write_text(f'[tool.uv]\nexclude-newer = "2023-06-01"\n{project}')
    command = ("exec", "--target-platform", "macos-arm64", "--", *UV, "lock")

    done = archpip_here(*command)
    locked = (tmp_path / "uv.lock").read_text() if version else ""
    again = archpip_here(*command, "--check")

    assert (done.returncode == 0) is (again.returncode == 0) is (version is not None), done.stderr
    assert version is None or f'name = "demo"\nversion = "{version}"' in locked
    assert "does not hold" not in done.stderr


@pytest.mark.parametrize("terms", ["", "default = true"])
def test_hash_of_an_index_is_the_one_that_its_entry_wants(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path, terms: str
) -> None:
    def lock(algorithm: str) -> str:
        project = PROJECT.format(
            url=fake.index_url(), terms=f'{terms}\nhash-algorithm = "{algorithm}"'
        )
        (tmp_path / "pyproject.toml").write_text(project)
        return archpip_here("exec", "--target-platform", "macos-arm64", "--", *UV, "lock").stderr

    fake = fake_world(world())

    assert "sha512" in lock("sha512")
    assert not (tmp_path / "uv.lock").exists()
    assert "does not hold" not in lock("sha256")
    assert fake.index_url().rstrip("/") in (tmp_path / "uv.lock").read_text()


def test_project_that_is_pinned_to_the_default_index_does_not_go_round(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    project = PROJECT.replace("demo", "uamqp").format(url=fake.index_url(), terms="default = true")
    pin = '[tool.uv.sources]\nuamqp = { index = "dated" }\n'
    (tmp_path / "pyproject.toml").write_text(project + pin)
    command = ("exec", "--target-platform", "macos-arm64", "--", *UV, "lock")

    done = archpip_here(*command)
    locked = (tmp_path / "uv.lock").read_text()
    again = archpip_here(*command, "--check")

    assert (done.returncode, again.returncode) == (0, 0), done.stderr + again.stderr
    assert HOLLOW not in locked
    assert locked.count(fake.index_url().rstrip("/")) > 0
    assert "127.0.0.1" not in locked.replace(fake.url, "")


def test_index_may_say_by_an_error_that_it_has_no_such_project(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    strict = fake_world(world(), Behaviour(faults=(Fault(path="*/simple/*", status=403),)))
    other = fake_world(world())
    through = ("exec", "--target-platform", "macos-arm64", "--index-url", other.index_url(), "--")

    def lock(terms: str) -> int:
        text = PROJECT.format(url=strict.index_url(), terms=terms)
        (tmp_path / "pyproject.toml").write_text(text)
        return archpip_here(*through, *UV, "lock").returncode

    assert lock("") != 0
    assert lock("ignore-error-codes = [403]") == 0
    assert other.index_url().rstrip("/") in (tmp_path / "uv.lock").read_text()


def test_error_of_the_default_index_does_not_hide_what_is_beside_it(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    strict = fake_world(world(), Behaviour(faults=(Fault(path="*/simple/*", status=403),)))
    other = fake_world(world())

    def lock(terms: str) -> int:
        text = PROJECT.format(url=strict.index_url(), terms=f"default = true\n{terms}")
        (tmp_path / "pyproject.toml").write_text(text)
        through = ("exec", "--target-platform", "macos-arm64", "--", *UV, "lock")
        return archpip_here(*through, UV_EXTRA_INDEX_URL=other.index_url()).returncode

    assert lock("") != 0
    assert lock("ignore-error-codes = [403]") == 0
    assert f'registry = "{other.index_url().rstrip("/")}' in (tmp_path / "uv.lock").read_text()


@pytest.mark.parametrize(
    ("behaviour", "authenticate", "is_served"),
    [
        (Behaviour(), "never", True),
        (Behaviour(credentials=("me", "secret")), "always", True),
        (Behaviour(credentials=("me", "secret")), "never", False),
    ],
)
def test_index_learns_who_asks_as_its_entry_says(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    tmp_path: Path,
    behaviour: Behaviour,
    authenticate: str,
    *,
    is_served: bool,
) -> None:
    index = fake_world(world(), behaviour)
    terms = f'default = true\nauthenticate = "{authenticate}"'
    url = index.index_url(credentials=("me", "secret"))
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(url=url, terms=terms))

    done = archpip_here("exec", "--target-platform", "macos-arm64", "--", *UV, "lock")

    assert (done.returncode == 0) == is_served, done.stderr
    told = {"authorization" in request.headers for request in index.requests}
    assert told == {authenticate == "always"}
