"""What users are told of an answer: `why`, `tree`, and the grid of several targets."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.binaries import native_binary, write_binary
from fake_index.sdists import Build, Sdist, SdistMetadata, write_sdist
from fake_index.server import FakeIndex
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.conftest import ArchpipCommand, FakeWorldFactory

LINUX, MACOS = "linux-aarch64", "macos-arm64"
TARGETS = ("--python-version", "3.11", "--target-platform", LINUX, "--target-platform", MACOS)
WRONG = "native-2.0-cp311-cp311-manylinux_2_17_aarch64.whl"

Say = Callable[..., str]


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    """Serve top → middle → native: Linux has an older wheel of native, macOS its source."""
    return fake_world("verdict-backtracks")


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run archpip in an empty folder and return its stdout; its stderr where it has to fail."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, expect: ExitCode = ExitCode.OK) -> str:
        status = main(list(arguments))
        said = capsys.readouterr()
        assert status == expect, said.err
        return said.out if expect == ExitCode.OK else said.err

    return run


@pytest.fixture
def locked(say: Say, fake: FakeIndex) -> Say:
    say("lock", "top", *TARGETS, "-i", fake.index_url())
    return say


def test_why_says_who_needs_it_who_bounds_it_and_what_was_refused(locked: Say) -> None:
    linux, macos = locked("why", "Native").split(f"native 1.0 for {MACOS}")
    for said in (linux, macos):
        assert "needed by top 1.0 → middle 1.0" in said
        assert "middle asks for <2" in said
    assert f"refused: {WRONG}: AP104" in linux
    assert "taken: native-1.0.tar.gz" in macos
    assert "built from source, because" in macos


def test_locking_again_keeps_the_reasons_of_what_is_kept(locked: Say, fake: FakeIndex) -> None:
    lockfile = Path(f"pylock.{LINUX}.toml")
    first = lockfile.read_text()

    locked("lock", "top", *TARGETS, "-i", fake.index_url())

    assert lockfile.read_text() == first


def test_why_of_one_lockfile_in_json(locked: Say) -> None:
    said = locked("why", "native", "-l", f"pylock.{MACOS}.toml", "--format", "json")
    (found,) = json.loads(said)["lockfiles"]
    assert (found["target"], found["taken_from"]) == (MACOS, "native-1.0.tar.gz")
    assert found["chains"] == [["top", "middle", "native"]]


def test_why_of_what_is_not_locked_names_what_looks_like_it(locked: Say) -> None:
    said = locked("why", "nativ", expect=ExitCode.LOCKFILE)
    assert "nativ is not locked in" in said
    assert "There is native." in said


@pytest.mark.parametrize("command", [("why", "native"), ("tree",)])
def test_without_a_lockfile_the_way_to_one_is_named(say: Say, command: tuple[str, ...]) -> None:
    said = say(*command, expect=ExitCode.LOCKFILE)
    assert "There is no lockfile here" in said
    assert "`archpip lock` writes one" in said


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ((), ["top 1.0", "└── middle 1.0", "    └── native 1.0"]),
        (("--depth", "1"), ["top 1.0", "└── middle 1.0"]),
        (("--invert", "native"), ["native 1.0", "└── middle 1.0", "    └── top 1.0"]),
    ],
)
def test_tree_draws_each_lockfile(locked: Say, options: tuple[str, ...], lines: list[str]) -> None:
    expected = [line for t in (LINUX, MACOS) for line in (f"pylock.{t}.toml:", *lines)]
    assert locked("tree", *options).splitlines() == expected
    assert locked("tree", "-l", f"pylock.{LINUX}.toml", *options).splitlines() == lines


@pytest.mark.parametrize("depth", ["-1", "deep"])
def test_a_depth_is_a_number_of_levels(say: Say, depth: str) -> None:
    said = say("tree", f"--depth={depth}", expect=ExitCode.USAGE)
    assert f"'{depth}' is no count" in said


def test_tree_in_json(locked: Say) -> None:
    linux, macos = json.loads(locked("tree", "--format", "json"))["lockfiles"]
    assert (linux["target"], macos["target"]) == (LINUX, MACOS)
    assert {p["name"]: p["dependencies"] for p in linux["projects"]} == {
        "top": ["middle"],
        "middle": ["native"],
        "native": [],
    }


class _Cells(HTMLParser):
    """Collects the text of a page's table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def test_the_grid_of_several_targets_is_the_same_in_json_and_html(
    say: Say, fake: FakeIndex
) -> None:
    asked = ("lock", "top", *TARGETS, "-i", fake.index_url(), "--dry-run", "--format")

    document = json.loads(say(*asked, "json"))
    page = _Cells()
    page.feed(say(*asked, "html"))

    heading, *rows = [[text.strip() for text in row] for row in page.rows]
    assert heading == ["project", LINUX, MACOS]
    assert [target["target"] for target in document["targets"]] == [LINUX, MACOS]
    assert [row["name"] for row in document["grid"]] == [row[0] for row in rows]
    linux, macos = document["grid"][1]["cells"]
    assert (linux["from"], linux["version"], linux["older"]) == ("wheel", "1.0", True)
    assert (macos["from"], macos["version"], macos["older"]) == ("source", "1.0", False)
    for cell, shown in zip((linux, macos), rows[1][1:], strict=True):
        assert shown.startswith(f"{cell['version']} {cell['from']}")
        for reason in cell["reasons"]:
            assert reason in shown
    assert WRONG in linux["reasons"][0]


def test_the_grid_of_a_lock_that_is_kept_still_says_why(say: Say, fake: FakeIndex) -> None:
    asked = ("lock", "top", *TARGETS, "-i", fake.index_url(), "--format", "json")
    first = json.loads(say(*asked))["grid"]

    assert json.loads(say(*asked))["grid"] == first
    assert json.loads(say(*asked, "--dry-run"))["grid"] == first


def test_lockfile_is_printed_where_its_name_is_a_dash(
    fake: FakeIndex, say: Say, tmp_path: Path
) -> None:
    asked = ("lock", "top", "-i", fake.index_url(), *TARGETS[:4])

    printed = say(*asked, "-o", "-")
    assert not list(tmp_path.iterdir())

    say(*asked)
    assert printed == (tmp_path / f"pylock.{LINUX}.toml").read_text()


@pytest.mark.parametrize("more", [(), ("--target-platform", "linux-x86_64")], ids=["one", "two"])
def test_wheel_that_kept_an_older_version_of_another_project_is_told(
    archpip_cli: ArchpipCommand, tmp_path: Path, more: tuple[str, ...]
) -> None:
    """`native` is in no lockfile, and without it nobody would know why `user` is not newer."""
    library = WheelFile(
        path="native/lib.dylib", content=write_binary(native_binary("macos-x86_64"))
    )
    wheels = (
        Wheel(metadata=CoreMetadata(name="user", version="1.0")),
        Wheel(metadata=CoreMetadata(name="user", version="2.0", requires=("native",))),
        Wheel(metadata=CoreMetadata(name="native", version="1.0"), files=(library,)),
    )
    for wheel in wheels:
        (tmp_path / wheel.filename).write_bytes(write_wheel(wheel))
    lock = ("lock", "user", "--no-index", "--find-links", str(tmp_path), "--dry-run")
    targets = ("--target-platform", "macos-arm64", "--python-version", "3.11", *more)

    said = archpip_cli(*lock, *targets)
    document = archpip_cli(*lock, *targets, "--format", "json")

    assert said.returncode == 0, said.stderr
    assert "refused  native-1.0-py3-none-any.whl" in said.stderr
    assert "macos-arm64 gets nothing that needs it" in said.stderr
    macos = json.loads(document.stdout)["targets"][0]
    assert [pin["version"] for pin in macos["pins"]] == ["1.0"]
    assert [each["filename"] for each in macos["passed_over"]] == ["native-1.0-py3-none-any.whl"]


def test_what_could_not_be_built_is_told_where_something_older_stands_in(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    def offer(name: str, version: str, *, requires: tuple[str, ...] = ()) -> None:
        metadata = CoreMetadata(name=name, version=version, requires=requires)
        wheel = Wheel(metadata=metadata)
        (tmp_path / wheel.filename).write_bytes(write_wheel(wheel))

    def offer_broken(name: str, version: str) -> None:
        sdist = Sdist(
            metadata=CoreMetadata(name=name, version=version),
            kind=SdistMetadata.OLD,
            build=Build(fails=f"{name} wants a compiler"),
        )
        (tmp_path / sdist.filename).write_bytes(write_sdist(sdist))

    offer("plain", "1.0")
    offer_broken("plain", "2.0")
    offer("user", "1.0")
    offer("user", "2.0", requires=("broken",))
    offer_broken("broken", "1.0")

    said = archpip_cli(
        *("lock", "plain", "user", "--no-index", "--find-links", str(tmp_path), "--dry-run"),
        *("--target-platform", LINUX, "--python-version", "3.11"),
    )

    assert said.returncode == 0, said.stderr
    assert "ok       plain 1.0" in said.stderr
    assert "          refused plain-2.0.tar.gz" in said.stderr
    assert "plain wants a compiler" in said.stderr
    assert "refused  broken-1.0.tar.gz" in said.stderr
    assert "broken wants a compiler" in said.stderr
