"""What a command costs an index, and that a second run asks only what may have changed."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fake_index.scenario import load_scenario
from fake_index.server import FakeIndex
from fake_index.world import Behaviour, Fault
from tests.conftest import ArchpipCommand, FakeWorldFactory

AZURE = (
    "azure-eventhub==5.10.1",
    *("--target-platform", "macos-arm64", "--python-version", "3.10"),
)


def test_a_lock_asks_for_each_page_once_and_reads_parts_of_wheels(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fake = fake_world("azure-eventhub")

    run = archpip_cli("lock", *AZURE, "--index-url", fake.index_url())

    assert run.returncode == 0, run.stderr
    pages = fake.paths(containing="/simple/")
    assert sorted(pages) == ["/main/simple/azure-eventhub/", "/main/simple/uamqp/"]
    wheels = [each for each in fake.requests if each.path.endswith(".whl")]
    assert all("range" in each.headers for each in wheels)
    assert {each.status for each in wheels} == {206}
    # The wheel for x86_64 alone is ruled out by its name; its metadata serves the sdist.
    assert not any(each.path.endswith("macosx_10_9_x86_64.whl") for each in fake.requests)


def test_no_page_is_asked_for_that_a_target_may_do_without(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fake = fake_world("azure-eventhub")
    elsewhere = "uamqp==1.6.11 ; sys_platform == 'win32'"

    run = archpip_cli("lock", *AZURE, elsewhere, "--no-deps", "--index-url", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert fake.paths(containing="/simple/") == ("/main/simple/azure-eventhub/",)


def test_a_second_lock_asks_only_whether_pages_have_changed(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fake = fake_world("azure-eventhub")
    archpip_cli("lock", *AZURE, "--index-url", fake.index_url())
    fake.forget()

    run = archpip_cli("lock", *AZURE, "--index-url", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert [(each.path, each.status) for each in sorted(fake.requests, key=lambda r: r.path)] == [
        ("/main/simple/azure-eventhub/", 304),
        ("/main/simple/uamqp/", 304),
    ]


@pytest.mark.parametrize("more", [["--upgrade"], []], ids=["upgrade", "keep-what-is-locked"])
def test_a_lock_within_max_age_asks_nothing_and_writes_the_same(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path, more: list[str]
) -> None:
    fake = fake_world("hollow-universal2")
    asked = ("lock", "uamqp", "--target-platform", "macos-arm64", "--python-version", "3.10")
    told = (*asked, "--index-url", fake.index_url(), "--max-age", "3600", "-v", *more)
    first = archpip_cli(*told)
    written = (tmp_path / "pylock.macos-arm64.toml").read_bytes()
    fake.forget()

    second = archpip_cli(*told)

    assert fake.requests == ()
    assert (tmp_path / "pylock.macos-arm64.toml").read_bytes() == written
    assert "no page has changed" in second.stderr
    assert "no page has changed" not in first.stderr
    assert "AP201" in second.stderr


def test_a_new_release_is_seen_by_who_asks(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    world = load_scenario("azure-eventhub").world
    (main,) = world.indexes
    old = replace(
        main,
        projects=tuple(
            replace(p, files=tuple(f for f in p.files if "1.6.11" not in f.filename))
            for p in main.projects
        ),
    )
    fake = fake_world(replace(world, indexes=(old,)))
    asked = ("lock", *AZURE, "--index-url", fake.index_url(), "-q", "--upgrade")
    locked = []
    for now in (fake.world, world):
        fake.world = now
        archpip_cli(*asked)
        locked.append((tmp_path / "pylock.macos-arm64.toml").read_text())

    assert "uamqp-1.6.11.tar.gz" not in locked[0]
    assert "uamqp-1.6.11.tar.gz" in locked[1]


def test_another_target_reads_no_wheel_again(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fake = fake_world("hollow-universal2")
    asked = ("lock", "uamqp", "--python-version", "3.10", "--index-url", fake.index_url())
    archpip_cli(*asked, "--target-platform", "macos-arm64")
    fake.forget()

    run = archpip_cli(*asked, "--target-platform", "macos-x86_64")

    assert run.returncode == 0, run.stderr
    assert fake.paths(containing=".whl") == ()


def test_a_lock_is_the_same_byte_for_byte(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("azure-eventhub")
    written = []
    for cache in ("first", "second"):
        path = tmp_path / cache
        path.mkdir()
        archpip_cli(
            *(
                "lock",
                *AZURE,
                "--index-url",
                fake.index_url(),
                "--cache-dir",
                tmp_path / "c" / cache,
            ),
            cwd=path,
        )
        written.append((path / "pylock.macos-arm64.toml").read_bytes())

    assert written[0] == written[1]


def wait_for(fake: FakeIndex, path: str) -> None:
    """Return as soon as somebody asks for a path; fail after ten seconds."""
    deadline = time.monotonic() + 10
    while not fake.paths(containing=path):
        assert time.monotonic() < deadline, f"nobody asked for {path}"
        time.sleep(0.02)


@pytest.mark.parametrize("command", ["lock", "download"])
def test_an_interrupted_command_leaves_nothing_behind(
    fake_world: FakeWorldFactory, tmp_path: Path, command: str
) -> None:
    fault = Fault(path="*/files/*", delay_seconds=2)
    fake = fake_world("azure-eventhub", Behaviour(faults=(fault,)))
    arguments = [sys.executable, "-m", "archpip", command, *AZURE]

    with subprocess.Popen(
        [*arguments, "--index-url", fake.index_url()],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(fake, "/files/")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)

    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
