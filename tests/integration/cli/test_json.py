"""`--format json` writes one document to standard output, whatever happens."""

import json
from pathlib import Path
from typing import Any

import pytest

from archpip.cli.main import COMMANDS, build_parser, main
from archpip.errors import ExitCode
from archpip.verdicts import read_catalogue
from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory
from tests.integration.cli.locks import LOCKFILE, TARGET
from tests.integration.cli.projects import make_world

JSON = ("--format", "json")
NOWHERE = ("--index-url", "http://127.0.0.1:9/simple", "--retries", "0")
MISSING = "missing.whl"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(make_world(base={"1.0": {}}))


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """Return the status, the one document on stdout, and what stderr says."""
    capsys.readouterr()
    status = main([*words, *JSON])
    said = capsys.readouterr()
    return status, json.loads(said.out), said.err


def has_json(name: str) -> bool:
    actions = build_parser(name)._actions
    return any(a.dest == "format" and "json" in (a.choices or ()) for a in actions)


FAILING = {
    "install": (["install", "base", *NOWHERE, "--target", "there"], ExitCode.INDEX),
    "lock": (["lock", "=="], ExitCode.USAGE),
    "why": (["why", "base"], ExitCode.LOCKFILE),
    "tree": (["tree"], ExitCode.LOCKFILE),
    "download": (["download", "base", *NOWHERE], ExitCode.INDEX),
    "config": (["config", "init"], ExitCode.USAGE),
    "inspect": (["inspect", MISSING], ExitCode.USAGE),
    "audit": (["audit", MISSING], ExitCode.USAGE),
    "check": (["check", MISSING], ExitCode.USAGE),
    "target": (["target", "amiga"], ExitCode.USAGE),
    "cache": (["cache", "info", "--no-cache-dir"], ExitCode.USAGE),
}


def test_every_command_with_json_is_tried() -> None:
    assert set(FAILING) == set(filter(has_json, COMMANDS))


@pytest.mark.parametrize("name", FAILING)
def test_failure_is_a_document(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    words, expected = FAILING[name]
    status, document, said = ask(capsys, *words)

    assert status == expected
    assert set(document) == {"schema", "error"}
    error = document["error"]
    assert (error["status"], document["schema"]) == (expected, 1)
    assert f"error: {error['message']}\n" in said
    assert (error["hint"] is None) == ("hint: " not in said)
    assert isinstance(error["details"], list)


@pytest.mark.parametrize("name", FAILING)
def test_wrong_arguments_are_a_document(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = ask(capsys, name, "--bogus")

    assert status == ExitCode.USAGE
    assert document["error"]["code"] == "argument"


def test_bug_and_interrupt_are_documents(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for raised, code in ((KeyboardInterrupt(), "interrupted"), (RuntimeError("x"), "bug")):

        def fail(*_: object, raised: BaseException = raised) -> int:
            raise raised

        monkeypatch.setattr("archpip.cli.commands.target.run", fail)
        status, document, _ = ask(capsys, "target")
        assert (document["error"]["code"], document["error"]["status"]) == (code, status)


def test_format_of_another_program_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exec", "--bogus", "--", "uv", "pip", "list", *JSON]) == ExitCode.USAGE
    assert capsys.readouterr().out == ""


def test_several_targets_are_no_two_documents(capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = ask(capsys, "target", "macos-arm64", "--target-platform", "host")
    assert status == ExitCode.USAGE
    assert document["error"]["code"] == "several-targets"


@pytest.mark.parametrize("code", read_catalogue())
def test_explanation_is_a_document(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, document, _ = ask(capsys, "inspect", "--explain", code)
    entry = read_catalogue()[code]
    assert status == ExitCode.OK
    assert (document["code"], document["title"]) == (code, entry.title)


def test_cleared_cache_and_its_folder_are_documents(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, document, _ = ask(capsys, "cache", "dir", "--cache-dir", str(tmp_path / "c"))
    assert (status, document) == (ExitCode.OK, {"schema": 1, "folder": str(tmp_path / "c")})
    status, document, _ = ask(capsys, "cache", "clear")
    assert status == ExitCode.OK
    assert document["freed_bytes"] >= 0


def test_diagnosis_is_a_document(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, document, _ = ask(capsys, "config", "doctor")
    assert (status, document["routes"], len(document["remarks"])) == (ExitCode.OK, [], 1)

    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://u:hunter2@more.example/simple")
    status, document, _ = ask(capsys, "config", "doctor")
    (route,) = document["routes"]
    assert status == ExitCode.FINDINGS
    assert (route["of"], route["name"]) == ("pip", "extra-index-url")
    assert route["address"] == "https://u:****@more.example/simple"
    assert route["is_gateway"] is False


def test_what_init_would_write_is_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    init = ("config", "init", "--team", "https://archpip.example", "--scope", "project", "--yes")
    Path("pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    _, planned, _ = ask(capsys, *init, "--dry-run")
    _, written, _ = ask(capsys, *init)
    _, again, _ = ask(capsys, *init)

    assert [change["written"] for change in planned["changes"]] == [False]
    assert [change["written"] for change in written["changes"]] == [True]
    assert "+[[tool.uv.index]]" in written["changes"][0]["difference"]
    assert again == {"schema": 1, "changes": []}


def test_check_of_lockfiles_is_a_document(
    fake: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    check = ("lock", "--check", "base", *TARGET, *NOWHERE)
    status, document, _ = ask(capsys, *check)
    assert status == ExitCode.LOCKFILE
    (one,) = document["lockfiles"]
    assert (one["stands"], one["discrepancies"]) == (False, ["it is not there"])

    assert main(["lock", "base", *TARGET, "--index-url", fake.index_url()]) == ExitCode.OK
    status, document, _ = ask(capsys, *check)
    assert status == ExitCode.OK
    (one,) = document["lockfiles"]
    assert (one["lockfile"], one["target"]) == (str(LOCKFILE), "linux-x86_64")
    assert (one["stands"], one["discrepancies"]) == (True, [])
