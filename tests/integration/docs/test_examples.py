"""What the documentation shows is what happens."""

import shlex
from pathlib import Path

import pytest

from archpip.cli.main import main
from tests.conftest import FakeWorldFactory
from tests.integration.docs.examples import WriteFile, find_world, iter_steps, matches

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts]
TESTED = [page for page in PAGES if find_world(page)]


@pytest.mark.parametrize("page", TESTED, ids=lambda page: page.stem)
def test_examples_of_a_page(
    page: Path,
    fake_world: FakeWorldFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    fake = fake_world(str(find_world(page)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIP_INDEX_URL", fake.index_url())
    for step in iter_steps(page):
        if isinstance(step, WriteFile):
            Path(step.name).parent.mkdir(parents=True, exist_ok=True)
            Path(step.name).write_text(step.content, "utf-8")
            continue
        program, *arguments = shlex.split(step.line)
        assert program == "archpip", f"{page.name} runs something else: {step.line}"
        status = main(arguments)
        printed = "".join(capfd.readouterr())
        assert status == step.status, f"{step.line}\n{printed}"
        assert matches(step.output, printed), f"{step.line}\n{printed}"


def test_the_pages_for_those_who_come_from_elsewhere_are_run() -> None:
    assert {"from-pip", "from-uv", "from-pip-tools", "options"} <= {page.stem for page in TESTED}


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        (("a", "c"), "a\nc\n", True),
        (("a", "c"), "a\nb\nc\n", False),
        (("a", "…", "c"), "a\nb\nb\nc\n", True),
        (("a … c",), "a b c", True),
        ((), "a", False),
    ],
)
def test_what_matches(shown: tuple[str, ...], printed: str, *, expected: bool) -> None:
    assert matches(shown, printed) is expected
