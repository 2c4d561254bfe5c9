"""Projects that are pinned to one index, by flags or by a project."""

from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from tests.conftest import FakeWorldFactory
from tests.integration.cli.locks import TARGET, locked
from tests.integration.cli.projects import make_world

SPLIT = make_world(
    acme_core={"9.0": {}, "1.0": {"index": "internal"}},
    outer={"1.0": {"requires": ["acme_core"]}},
)


@pytest.mark.parametrize("place", ["flags", "project"])
def test_a_pinned_project_is_looked_for_nowhere_else(
    fake_world: FakeWorldFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    fake = fake_world(SPLIT)
    internal = fake.index_url("internal")
    pins: tuple[str, ...] = ()
    if place == "flags":
        pins = ("--index", f"ours={internal}", "--index-pin", "ACME_*=ours")
    else:
        Path("pyproject.toml").write_text(
            f'[tool.archpip.index.ours]\nurl = "{internal}"\nprojects = ["acme_core"]\n'
        )
    status = main(["lock", "outer", *pins, *TARGET, "-i", fake.index_url()])
    assert status == ExitCode.OK
    assert locked() == {"acme-core": "1.0", "outer": "1.0"}
    asked = {request.path for request in fake.requests}
    assert "/main/simple/acme-core/" not in asked
    assert "/internal/simple/outer/" not in asked


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--index", "https://x.example/simple"), "it is NAME=URL"),
        (("--index", "ours=https://x.example/simple"), "nothing is pinned to it"),
        (("--index-pin", "torch=ours"), "with the name of an --index"),
    ],
)
def test_a_half_said_index_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert main(["lock", "alpha", *arguments, *TARGET]) == ExitCode.USAGE
    assert said in capsys.readouterr().err
