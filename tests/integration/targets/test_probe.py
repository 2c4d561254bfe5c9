"""What the probe says on systems that are not here, each played by what it would ask."""

import os
import platform
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import pytest

from archpip.targets import probe


@pytest.fixture
def musl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Play an interpreter on musl: no confstr, and a loader that says its version."""
    loader = tmp_path / "ld-musl-x86_64.so.1"
    loader.write_text("#!/bin/sh\nprintf 'musl libc (x86_64)\\nVersion 1.2.4\\n' >&2\nexit 1\n")
    loader.chmod(0o755)
    executable = tmp_path / "python"
    executable.write_bytes(b"\x7fELF" + bytes(500) + str(loader).encode() + b"\0" + bytes(100))

    def refuse(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr(os, "confstr", refuse)
    monkeypatch.setattr(sys, "executable", str(executable))
    return executable


@pytest.mark.usefixtures("musl")
def test_musl_is_asked_through_its_loader() -> None:
    described = probe.describe_interpreter()
    assert (described["libc"], described["system_version"]) == ("musl", "1.2")


def test_a_static_interpreter_takes_no_manylinux(musl: Path) -> None:
    musl.write_bytes(b"\x7fELF" + bytes(500))
    described = probe.describe_interpreter()
    assert (described["libc"], described["system_version"]) == ("glibc", "0.0")


def test_a_mac_that_is_told_an_old_version_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []

    def answer(command: list[str], *, env: dict[str, str]) -> bytes:
        asked.append(env)
        assert command[0] == sys.executable
        return b"14.5\n"

    monkeypatch.setattr(probe, "_SYSTEM", "darwin")
    monkeypatch.setattr(platform, "mac_ver", lambda: ("10.16", ("", "", ""), "arm64"))
    monkeypatch.setattr(subprocess, "check_output", answer)
    assert probe.describe_interpreter()["system_version"] == "14.5"
    assert asked == [{"SYSTEM_VERSION_COMPAT": "0"}]


@pytest.mark.parametrize(
    ("built_for", "machine"), [("win-amd64", "amd64"), ("win-arm64", "arm64"), ("win32", "x86")]
)
def test_an_emulated_windows_python_is_what_it_was_built_for(
    monkeypatch: pytest.MonkeyPatch, built_for: str, machine: str
) -> None:
    monkeypatch.setattr(probe, "_SYSTEM", "win32")
    monkeypatch.setattr(platform, "machine", lambda: "ARM64")
    monkeypatch.setattr(sysconfig, "get_platform", lambda: built_for)
    monkeypatch.setattr(sys, "getwindowsversion", lambda: (10, 0, 22631, 2, ""), raising=False)
    described = probe.describe_interpreter()
    assert (described["machine"], described["system_version"]) == (machine, "10.0")


@pytest.mark.parametrize(
    ("system", "function", "answer", "version"),
    [
        ("android", "android_ver", SimpleNamespace(api_level=31), "31.0"),
        ("ios", "ios_ver", SimpleNamespace(release="17.4"), "17.4"),
    ],
)
def test_phones_say_their_version(
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    function: str,
    answer: SimpleNamespace,
    version: str,
) -> None:
    monkeypatch.setattr(probe, "_SYSTEM", system)
    monkeypatch.setattr(platform, function, lambda: answer, raising=False)
    assert probe.describe_interpreter()["system_version"] == version
