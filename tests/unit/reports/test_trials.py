"""Attempted imports as text."""

from io import StringIO

import pytest
from rich.console import Console

from archpip.environments import Audit, AuditedPart, Installer, Shape
from archpip.failures import Outcome, Trial
from archpip.failures.checking import ModuleFile
from archpip.reports.trials import render_trials
from archpip.verdicts import Verdict
from archpip.wheels import Inspection
from tests.unit.environments.installations import LINUX

LONG = "ImportError:\n\nIMPORTANT: read this\n" + "advice\n" * 20 + "\nOriginal error was: it\n"


@pytest.fixture
def trial() -> Trial:
    inspection = Inspection(
        filename="a-1-py3-none-any.whl",
        sha256=None,
        size_bytes=0,
        tags=(),
        declared_tags=(),
        root_is_purelib=False,
        binaries=(),
    )
    part = AuditedPart(
        name="a",
        version="1",
        installer=Installer.PIP,
        root="",
        inspection=inspection,
        verdict=Verdict(target="t", findings=()),
    )
    module = ModuleFile(name="a", member="a.so", part=part)
    return Trial(module=module, outcome=Outcome.FAILED, message=LONG, seconds=1)


@pytest.mark.parametrize("show_all", [True, False])
def test_of_a_long_message_the_ends_are_shown(
    trial: Trial,
    show_all: bool,  # noqa: FBT001 - as the report has it
) -> None:
    audit = Audit(path="e", shape=Shape.FOLDER, target=LINUX, target_origin="", parts=())
    written = StringIO()

    Console(width=200, file=written).print(render_trials(audit, [trial], show_all=show_all))

    lines = [line.strip() for line in written.getvalue().splitlines()]
    assert "Original error was: it" in lines
    assert lines.count("advice") == (20 if show_all else 0)
    assert ("… 21 more lines (--all)" in lines) is not show_all
