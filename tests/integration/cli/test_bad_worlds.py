"""Indexes that fail, lie or want a password: one message, the right status, nothing left behind."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from fake_index.world import Behaviour, Fault, PageFormat, Ranges
from tests.conftest import ArchpipCommand, FakeWorldFactory

ASKED = ("uamqp", "--target-platform", "macos-arm64", "--python-version", "3.10")
SDIST = "uamqp-1.6.1.tar.gz"
GOOD = ("uamqp==1.3.0", *ASKED[1:])
GOOD_WHEEL = "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"

NO_RETRIES = ("--retries", "0")


def left_over(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("fault", "status", "word"),
    [
        (Fault(path="*/simple/uamqp/", status=404), 3, "uamqp"),
        (Fault(path="*/simple/uamqp/", status=403), 5, "403"),
        (Fault(path="*/simple/uamqp/", status=500), 5, "500"),
        (Fault(path="*/simple/uamqp/", cut_after=40), 5, "/simple/uamqp/"),
        (
            Fault(path="*/simple/uamqp/", status=200, body=b"\x89PNG", content_type="image/png"),
            5,
            "image/png",
        ),
        (
            Fault(
                path="*/simple/uamqp/",
                status=200,
                body=b'{"meta": {"api-version": "1.0"}, "files": 7',
                content_type="application/vnd.pypi.simple.v1+json",
            ),
            5,
            "/simple/uamqp/",
        ),
    ],
    ids=["404", "403", "500", "cut", "picture", "broken-json"],
)
def test_a_page_that_cannot_be_had(
    fake_world: FakeWorldFactory,
    archpip_cli: ArchpipCommand,
    tmp_path: Path,
    *,
    fault: Fault,
    status: int,
    word: str,
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(faults=(fault,)))

    run = archpip_cli("lock", *ASKED, "--index-url", fake.index_url(), *NO_RETRIES)

    assert run.returncode == status, run.stderr
    assert run.stderr.count("error:") == 1
    assert "Traceback" not in run.stderr
    assert word in run.stderr
    assert left_over(tmp_path) == []


def test_a_failing_index_is_no_reason_to_ask_the_next_one(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    broken = fake_world("yanked", Behaviour(faults=(Fault(path="*", status=502),)))
    sound = fake_world("yanked")
    indexes = ("--index-url", broken.index_url(), "--extra-index-url", sound.index_url())

    run = archpip_cli("lock", "loose", *indexes, *NO_RETRIES)

    assert run.returncode == 5
    assert "502" in run.stderr


def test_nobody_listens(archpip_cli: ArchpipCommand) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]

    run = archpip_cli("lock", "a", "--index-url", f"http://127.0.0.1:{port}/simple/", *NO_RETRIES)

    assert run.returncode == 5
    assert run.stderr.count("error:") == 1


def test_a_server_that_fails_twice_is_asked_again(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fault = Fault(path="*/simple/loose/", status=503, times=2)
    fake = fake_world("yanked", Behaviour(faults=(fault,)))

    run = archpip_cli("lock", "loose", "--index-url", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert fake.paths(containing="/simple/loose/") == ("/main/simple/loose/",) * 3


def test_a_slow_index_ends_at_the_timeout(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fault = Fault(path="*/simple/loose/", delay_seconds=3)
    fake = fake_world("yanked", Behaviour(faults=(fault,)))

    run = archpip_cli(
        "lock", "loose", "--index-url", fake.index_url(), *NO_RETRIES, "--timeout", "0.5"
    )

    assert run.returncode == 5, run.stderr


@pytest.fixture
def private() -> Behaviour:
    return Behaviour(credentials=("user", "s3cret-w0rd"))


def test_no_password_is_asked_for_by_name(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, private: Behaviour
) -> None:
    fake = fake_world("yanked", private)

    run = archpip_cli("lock", "loose", "--index-url", fake.index_url())

    assert run.returncode == 5
    assert "401" in run.stderr or "credentials" in run.stderr


@pytest.mark.parametrize("password", ["s3cret-w0rd", "wr0ng-w0rd"])
def test_a_password_is_shown_nowhere(
    fake_world: FakeWorldFactory,
    archpip_cli: ArchpipCommand,
    private: Behaviour,
    tmp_path: Path,
    password: str,
) -> None:
    fake = fake_world("yanked", private)
    url = fake.index_url(credentials=("user", password))

    run = archpip_cli("lock", "loose", "--index-url", url, "-v", "--cache-dir", tmp_path / "cache")

    assert run.returncode == (0 if password == "s3cret-w0rd" else 5), run.stderr
    assert password not in run.stdout + run.stderr
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert password.encode() not in path.read_bytes(), path


def test_credentials_from_netrc(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, private: Behaviour, tmp_path: Path
) -> None:
    fake = fake_world("yanked", private)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cret-w0rd\n")
    netrc.chmod(0o600)

    run = archpip_cli("lock", "loose", "--index-url", fake.index_url(), NETRC=str(netrc))

    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("ranges", Ranges)
def test_the_answer_is_the_same_whatever_a_server_makes_of_ranges(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path, ranges: Ranges
) -> None:
    behaviour = Behaviour(ranges=ranges, pages=PageFormat.HTML, metadata=False)
    fake = fake_world("hollow-universal2", behaviour)

    run = archpip_cli("lock", *ASKED, "--index-url", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert SDIST in (tmp_path / "pylock.macos-arm64.toml").read_text()
    assert "_amqp_connection_open" in run.stderr


def test_ranges_that_always_break_off_are_read_by_downloads_without_retries(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(ranges=Ranges.CUT))

    run = archpip_cli("lock", *ASKED, "--index-url", fake.index_url(), *NO_RETRIES)

    assert run.returncode == 0, run.stderr
    assert left_over(tmp_path)


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("etags", [False, True], ids=["no-etag", "etag"])
def test_download_brings_the_file_itself(
    fake_world: FakeWorldFactory,
    archpip_cli: ArchpipCommand,
    tmp_path: Path,
    *,
    chunked: bool,
    etags: bool,
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(chunked=chunked, etags=etags))

    run = archpip_cli("download", *GOOD, "--index-url", fake.index_url(), "-d", "wheels")

    assert run.returncode == 0, run.stderr
    file = fake.world.indexes[0].find_file(GOOD_WHEEL)
    assert file is not None
    assert (tmp_path / "wheels" / GOOD_WHEEL).read_bytes() == file.content


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(path="*/files/*", flip_byte=100), ["sha256"]),
        (Fault(path="*/files/*", truncate_to=200), []),
        (Fault(path="*/files/*", cut_after=200), []),
        (Fault(path="*/files/*", status=404), ["404"]),
        (Fault(path="*/files/*", status=500), ["500"]),
    ],
    ids=["flipped", "truncated", "cut", "404", "500"],
)
def test_a_spoilt_download_leaves_nothing_behind(
    fault: Fault,
    words: list[str],
    fake_world: FakeWorldFactory,
    archpip_cli: ArchpipCommand,
    tmp_path: Path,
) -> None:
    behaviour = Behaviour(faults=(fault,), ranges=Ranges.IGNORED)
    fake = fake_world("hollow-universal2", behaviour)

    run = archpip_cli(
        "download", *GOOD, "--index-url", fake.index_url(), "-d", "wheels", *NO_RETRIES
    )

    assert run.returncode in {3, 5}, run.stderr
    assert "Traceback" not in run.stderr
    for word in words:
        assert word in run.stderr
    assert [name for name in left_over(tmp_path) if name != "wheels"] == []


def test_a_redirect_is_followed(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    elsewhere = fake_world("hollow-universal2")
    location = elsewhere.file_url(GOOD_WHEEL)
    fault = Fault(path="*.whl", status=302, location=location)
    fake = fake_world("hollow-universal2", Behaviour(faults=(fault,)))

    run = archpip_cli("download", *GOOD, "--index-url", fake.index_url(), "-d", "wheels")

    assert run.returncode == 0, run.stderr
    assert left_over(tmp_path) == ["wheels", f"wheels/{GOOD_WHEEL}"]


def test_find_links_page_in_place_of_an_index(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")

    run = archpip_cli("lock", *ASKED, "--no-index", "--find-links", fake.links_url())

    assert run.returncode == 0, run.stderr
    assert SDIST in (tmp_path / "pylock.macos-arm64.toml").read_text()
    assert fake.paths(containing="/simple/") == ()
