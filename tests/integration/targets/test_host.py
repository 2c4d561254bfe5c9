"""The host and other interpreters, compared with what they and packaging say of themselves."""

import importlib.machinery
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.tags import sys_tags

from archpip.targets import (
    InterpreterUnusableError,
    compatible_tags,
    detect_host,
    extension_suffixes,
    marker_environment,
    probe_interpreter,
)

# This interpreter, and those installed beside it, as pyenv has them.
_BASE = Path(sys.base_prefix)
_PYTHONS = sorted({_BASE / "bin" / "python3", *_BASE.parent.glob("*.*/bin/python3")})

_SAY = """
import json, sys
try:
    from importlib.machinery import EXTENSION_SUFFIXES as suffixes
except ImportError:
    import imp
    suffixes = [name for name, _, kind in imp.get_suffixes() if kind == imp.C_EXTENSION]
print(json.dumps([sys.version_info[:3], sys.platform, suffixes]))
"""


def test_the_hosts_tags_are_packagings_for_this_interpreter() -> None:
    assert list(compatible_tags(detect_host())) == list(dict.fromkeys(sys_tags()))


def test_the_hosts_markers_are_packagings_defaults() -> None:
    assert dict(marker_environment(detect_host())) == default_environment()


def test_the_hosts_suffixes_are_importlibs() -> None:
    assert list(extension_suffixes(detect_host())) == importlib.machinery.EXTENSION_SUFFIXES


@pytest.mark.parametrize("python", _PYTHONS, ids=[p.parent.parent.name for p in _PYTHONS])
def test_an_interpreter_is_what_it_says_of_itself(python: Path) -> None:
    said = subprocess.run([str(python), "-c", _SAY], capture_output=True, check=True)
    version, platform, suffixes = json.loads(said.stdout)
    target = probe_interpreter(python)
    assert list(target.python.version) == version
    assert marker_environment(target)["sys_platform"] == platform
    assert list(extension_suffixes(target)) == suffixes


def test_our_own_interpreter_need_not_be_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    monkeypatch.delattr("subprocess.run")

    assert probe_interpreter(link) == detect_host()


def test_settings_of_the_user_do_not_reach_the_probe(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert probe_interpreter(_PYTHONS[-1]).python.version


def _executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InterpreterUnusableError, match="it does not exist"):
        probe_interpreter(tmp_path / "python")


def test_what_cannot_be_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("")
    with pytest.raises(InterpreterUnusableError, match="it cannot be run"):
        probe_interpreter(tmp_path / "python")


def test_what_is_no_python_is_refused_with_its_own_words(tmp_path: Path) -> None:
    fake = _executable(tmp_path / "python", "#!/bin/sh\necho nonsense\necho no such thing >&2\n")
    with pytest.raises(InterpreterUnusableError, match=r"not a Python \(no such thing\)"):
        probe_interpreter(fake)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": [3, 5, 2]}, "Python 3.5 is too old"),
        ({"version": [2, 6, 9]}, "Python 2.6 is too old"),
        ({"implementation": "graalpy"}, "graalpy is not supported"),
        ({"sys_platform": "sunos5"}, "no wheels exist for sunos5"),
        ({"machine": "vax"}, "no wheels exist for the machine 'vax'"),
    ],
)
def test_unusable_answers_are_said(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    with pytest.raises(InterpreterUnusableError, match=reason):
        probe_interpreter(_answering(tmp_path, change))


def _answering(folder: Path, change: dict[str, object]) -> Path:
    """Write an executable that answers the probe as a machine that is not here would."""
    answer = {
        "implementation": "cpython",
        "implementation_version": [3, 12, 1],
        "version": [3, 12, 1],
        "prerelease": "",
        "free_threaded": False,
        "sys_platform": "linux",
        "machine": "x86_64",
        "pointer_bits": 64,
        "libc": "glibc",
        "system_version": "2.31",
        "release": "",
        "kernel": "",
        "simulator": False,
        **change,
    }
    return _executable(folder / "python", f"#!/bin/sh\ncat <<'EOF'\n{json.dumps(answer)}\nEOF\n")


@pytest.mark.parametrize(
    ("change", "name", "floor"),
    [
        ({"libc": "musl", "system_version": "1.2"}, "linux-x86_64-musl", (1, 2)),
        ({"pointer_bits": 32}, "linux-i686", (2, 31)),
        ({"machine": "aarch64", "pointer_bits": 32}, "linux-armv7l", (2, 31)),
        (
            {"sys_platform": "darwin", "machine": "x86_64", "libc": "", "system_version": "14.5.1"},
            "macos-x86_64",
            (14, 5),
        ),
        (
            {"sys_platform": "win32", "machine": "arm64", "libc": "", "system_version": "10.0"},
            "windows-arm64",
            (10, 0),
        ),
        (
            {
                "sys_platform": "ios",
                "machine": "arm64",
                "libc": "",
                "system_version": "17.4",
                "simulator": True,
            },
            "ios-arm64-simulator",
            (17, 4),
        ),
        ({"free_threaded": True, "version": [3, 13, 0]}, "linux-x86_64", (2, 31)),
    ],
)
def test_answers_of_machines_that_are_not_here(
    tmp_path: Path, change: dict[str, object], name: str, floor: tuple[int, int]
) -> None:
    target = probe_interpreter(_answering(tmp_path, change))
    assert (target.name, target.floor) == (name, floor)
    assert target.python.free_threaded is change.get("free_threaded", False)
