"""Installing into real environments, with pip and uv as commands."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from archpip.installing import (
    ChangedWheelError,
    InstallerOptions,
    InstallFailedError,
    VerifiedWheel,
    install_into_environment,
    read_environment,
    read_installed,
)

MakeWheel = Callable[..., VerifiedWheel]
ReadInstalled = Callable[[Path, str], dict[str, Any]]


def _install(python: Path, options: InstallerOptions, *wheels: VerifiedWheel) -> None:
    environment = read_environment(python, variables=options.variables)
    install_into_environment(wheels, environment, options)


def _run(python: Path, *arguments: str) -> str:
    command = [str(python), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_only_what_was_asked_for_is_requested(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel, installed_files: ReadInstalled
) -> None:
    _install(python, options, make_wheel("alpha"), make_wheel("beta", requested=False))
    alpha, beta = installed_files(python, "alpha"), installed_files(python, "beta")
    assert alpha["REQUESTED"] == ""
    assert beta["REQUESTED"] is None
    assert "REQUESTED" in alpha["RECORD"]
    assert "REQUESTED" not in beta["RECORD"]
    assert alpha["INSTALLER"].strip() == "pip"


def test_an_indexs_wheel_is_no_direct_reference(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel, installed_files: ReadInstalled
) -> None:
    _install(python, options, make_wheel("alpha"))
    assert installed_files(python, "alpha")["direct_url.json"] is None


def test_a_direct_reference_is_recorded_with_its_own_url(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel, installed_files: ReadInstalled
) -> None:
    wheel = make_wheel("alpha", direct=True)
    _install(python, options, wheel)
    found = installed_files(python, "alpha")
    assert json.loads(found["direct_url.json"]) == {
        "url": wheel.pin.link.url,
        "archive_info": {"hashes": {"sha256": wheel.sha256}},
    }
    assert "direct_url.json,sha256=" in found["RECORD"]
    frozen = _run(python, "-m", "pip", "freeze")
    assert f"alpha @ {wheel.pin.link.url}" in frozen


def test_another_version_is_replaced_and_uninstalls_cleanly(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel
) -> None:
    _install(python, options, make_wheel("alpha", "1.0"))
    _install(python, options, make_wheel("alpha", "2.0"))
    assert _run(python.parent / "alpha").strip() == "2.0"
    _run(python, "-m", "pip", "uninstall", "-y", "alpha")
    assert not list(python.parent.parent.rglob("alpha*"))


def test_an_environment_without_pip_is_served_by_ours(
    bare_python: Path,
    options: InstallerOptions,
    make_wheel: MakeWheel,
    installed_files: ReadInstalled,
) -> None:
    _install(bare_python, options, make_wheel("alpha"))
    assert installed_files(bare_python, "alpha")["version"] == "1.0"


def test_uv_installs_where_asked(
    bare_python: Path,
    options: InstallerOptions,
    make_wheel: MakeWheel,
    installed_files: ReadInstalled,
) -> None:
    uv = Path(options.pip[0]).with_name("uv")
    with_uv = replace(options, uv=str(uv))
    _install(bare_python, with_uv, make_wheel("alpha"), make_wheel("beta", requested=False))
    assert installed_files(bare_python, "alpha")["INSTALLER"].strip() == "uv"
    assert installed_files(bare_python, "alpha")["REQUESTED"] == ""
    assert installed_files(bare_python, "beta")["REQUESTED"] is None


def test_settings_of_pip_do_not_bend_the_installation(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel, tmp_path: Path
) -> None:
    variables = {
        **options.variables,
        "PIP_NO_BINARY": ":all:",
        "PIP_TARGET": str(tmp_path / "elsewhere"),
        "PIP_DRY_RUN": "1",
    }
    _install(python, replace(options, variables=variables), make_wheel("alpha"))
    assert _run(python.parent / "alpha").strip() == "1.0"


def test_bytes_that_changed_since_are_not_installed(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel
) -> None:
    wheel = make_wheel("alpha")
    with wheel.path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ChangedWheelError, match="changed after it was verified"):
        _install(python, options, wheel)
    environment = read_environment(python, variables=options.variables)
    assert "alpha" not in {each.name for each in read_installed(environment.folders)}


def test_pips_own_words_are_passed_on(
    python: Path, options: InstallerOptions, make_wheel: MakeWheel
) -> None:
    foreign = make_wheel("alpha", tag="cp311-cp311-win_amd64")
    with pytest.raises(InstallFailedError, match=r"No matching distribution found for alpha==1\.0"):
        _install(python, options, foreign)


def test_what_is_no_python_is_said(options: InstallerOptions, tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho no >&2\nexit 3\n")
    fake.chmod(0o755)
    with pytest.raises(InstallFailedError, match="status 3: no"):
        read_environment(fake, variables=options.variables)


@pytest.mark.parametrize("answer", ["", "echo no answer"])
def test_what_answers_otherwise_than_python_is_said(
    options: InstallerOptions, tmp_path: Path, answer: str
) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{answer}\n")
    fake.chmod(0o755)
    with pytest.raises(InstallFailedError, match="status 0"):
        read_environment(fake, variables=options.variables)


def test_modules_of_the_current_folder_are_not_imported(
    python: Path, options: InstallerOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert read_environment(python, variables=options.variables).has_pip


@pytest.mark.parametrize("virtual", [False, True], ids=["the-systems", "virtual"])
def test_an_environment_that_the_system_manages_is_known(
    options: InstallerOptions, tmp_path: Path, *, virtual: bool
) -> None:
    """PEP 668: the marker counts outside of virtual environments alone."""
    fake = tmp_path / "python"
    prefix = "sys.prefix = '/elsewhere'" if virtual else "sys.base_prefix = sys.prefix"
    (tmp_path / "stdlib").mkdir()
    marker = tmp_path / "stdlib" / "EXTERNALLY-MANAGED"
    marker.write_text("[externally-managed]\n")
    (tmp_path / "started.py").write_text(
        f"import sys, sysconfig\n{prefix}\n"
        f"sysconfig.get_path = lambda name: {str(marker.parent)!r}\n"
        "exec(sys.argv[2])\n"
    )
    fake.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{tmp_path}/started.py" "$@"\n')
    fake.chmod(0o755)
    environment = read_environment(fake, variables=options.variables)
    assert environment.managed_by == (None if virtual else marker)
