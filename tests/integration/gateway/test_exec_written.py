"""What clients write down behind the gateway names the real indexes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fake_index.world import Behaviour
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import FOR_ARM_MAC, HOLLOW, PIP, UV, UV_ARM_MAC

_SOURCE = r"""printf '[[source]]\nurl = "%s"\n' "${PIP_INDEX_URL-$PIPENV_PYPI_MIRROR}" > Pipfile"""
WRITERS = {
    "pip-compile": 'echo "--index-url $PIP_INDEX_URL" > requirements.txt',
    "pipenv": _SOURCE,
}


@pytest.mark.skipif(os.name != "posix", reason="the clients are scripts of the shell")
@pytest.mark.parametrize(
    ("client", "file"), [("pip-compile", "requirements.txt"), ("pipenv", "Pipfile")]
)
def test_what_a_client_writes_where_it_was_not_told_names_the_real_index(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    client: str,
    file: str,
    tmp_path: Path,
) -> None:
    fake = fake_world("hollow-universal2")
    program = tmp_path / client
    program.write_text(f"#!/bin/sh\n{WRITERS[client]}\n")
    program.chmod(0o755)

    run = archpip_here("exec", "-i", fake.index_url(), "--", program)

    assert run.returncode == 0, run.stderr
    assert fake.index_url().rstrip("/") in (tmp_path / file).read_text()
    assert "/simple/" not in (tmp_path / file).read_text().replace(fake.index_url(), "")


def test_uv_lock_names_the_real_index_and_is_the_same_again(
    fake_world: FakeWorldFactory, archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(metadata=False))
    project = '[project]\nname = "demo"\nversion = "0"\nrequires-python = ">=3.10"\n'
    (tmp_path / "pyproject.toml").write_text(f'{project}dependencies = ["uamqp"]\n')
    lockfile = tmp_path / "uv.lock"
    through = (
        *("exec", "--target-platform", "macos-arm64", "--index-url", fake.index_url(), "--"),
        *UV,
    )

    first = archpip_here(*through, "lock")
    locked = lockfile.read_text()
    second = archpip_here(*through, "lock", "--check")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert fake.index_url().rstrip("/") in locked
    assert HOLLOW not in locked
    assert "/macos-arm64/" not in locked
    assert lockfile.read_text() == locked


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(
            (*UV, "pip", "compile", *UV_ARM_MAC, "--emit-index-url", "-o", "out.txt", "uamqp.in"),
            id="requirements",
        ),
        pytest.param(
            (*UV, "pip", "compile", *UV_ARM_MAC, "-o", "pylock.toml", "uamqp.in"), id="uv-pylock"
        ),
        pytest.param((*PIP, "lock", "--no-build-isolation", "-r", "uamqp.in"), id="pip-lock"),
    ],
)
def test_what_a_client_writes_names_the_real_index(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    client: tuple[str, ...],
    tmp_path: Path,
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(metadata=False))
    (tmp_path / "uamqp.in").write_text("uamqp\n")

    run = archpip_here(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--", *client)

    written = next(path for path in tmp_path.iterdir() if path.name != "uamqp.in").read_text()
    assert run.returncode == 0, run.stderr
    assert "/macos-arm64/" not in written
    assert fake.url in written


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(("--emit-index-url", "--emit-index-annotation"), id="requirements"),
        pytest.param(("--format", "pylock.toml"), id="pylock"),
    ],
)
def test_what_a_client_prints_names_the_real_index(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    form: tuple[str, ...],
    tmp_path: Path,
) -> None:
    fake = fake_world("hollow-universal2", Behaviour(metadata=False))
    (tmp_path / "uamqp.in").write_text("uamqp\n")

    run = archpip_here(
        *(*FOR_ARM_MAC, "--index-url", fake.index_url(), "--"),
        *(*UV, "pip", "compile", *UV_ARM_MAC, *form, "uamqp.in"),
    )

    assert run.returncode == 0, run.stderr
    assert "/macos-arm64/" not in run.stdout
    assert fake.url in run.stdout


_CLIENT = """\
import os, pathlib, time
view = os.environ["UV_DEFAULT_INDEX"]
pathlib.Path("pyproject.toml").write_text(
    pathlib.Path("pyproject.toml").read_text()
    + f'[[tool.uv.index]]\\nurl = "{view}"\\ndefault = true\\n'
)
pathlib.Path("uv.lock").write_text(f'registry = "{view}"')
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed so there")
def test_run_that_was_killed_is_put_right_by_the_next(
    archpip_here: ArchpipCommand, tmp_path: Path
) -> None:
    client, project = tmp_path / "uv", tmp_path / "pyproject.toml"
    client.write_text(f"#!{sys.executable}\n{_CLIENT}")
    client.chmod(0o755)
    project.write_text('[project]\nname = "demo"\n')
    command = [sys.executable, "-m", "archpip", "exec", "--", str(client), "add", "a"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGKILL)
    assert "127.0.0.1" in project.read_text()

    later = archpip_here("exec", "--", sys.executable, "-c", "")

    assert project.read_text() == '[project]\nname = "demo"\n'
    assert not (tmp_path / "uv.lock").exists()
    assert later.stderr.count("was killed") == 2
