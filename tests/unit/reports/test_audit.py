"""Audits and matrices as documents: complete, and safe whatever a wheel's author wrote."""

import json

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem
from archpip.environments import Audit, AuditedPart, Installer, Shape
from archpip.reports import sarif
from archpip.reports.audit import render_lines, summarize
from archpip.reports.audit_json import render_json
from archpip.reports.audit_page import render_html
from archpip.reports.sarif import render_sarif
from archpip.reports.style import render_line
from archpip.targets import PythonTarget, Target
from archpip.verdicts import AppliedOverride, Finding, Status, Verdict
from archpip.wheels import Inspection

HOSTILE = "<script>alert('x')</script>&.so"
TARGET = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=PythonTarget(version=(3, 11, 0)),
)
FINDING = Finding(
    code="AP101", severity=Status.WRONG, member=HOSTILE, slice="arm64", message=f"{HOSTILE}: x86_64"
)


def test_remarks_need_no_fix(audit: Audit) -> None:
    """A script that runs each fix would install the same wheel for ever."""
    remark = replace(FINDING, severity=Status.OK)
    part = replace(audit.parts[0], verdict=Verdict(target="macos-arm64", findings=(remark,)))
    remarked = replace(audit, parts=(part,))

    assert json.loads(render_json(audit))["parts"][0]["fix"]
    assert json.loads(render_json(remarked))["parts"][0]["fix"] is None
    (result,) = json.loads(render_sarif(remarked, version="1"))["runs"][0]["results"]
    assert "archpip install" not in json.dumps(result)


@pytest.fixture
def audit() -> Audit:
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
        verdict=Verdict(target="macos-arm64", findings=(FINDING,)),
    )
    return Audit(
        path="env", shape=Shape.ENVIRONMENT, target=TARGET, target_origin="flag", parts=(part,)
    )


def test_sarif_names_rule_place_and_fix(audit: Audit) -> None:
    document = json.loads(render_sarif(audit, version="1"))

    (run,) = document["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (document["version"], run["tool"]["driver"]["rules"][0]["id"]) == ("2.1.0", "AP101")
    assert (result["level"], result["ruleIndex"]) == ("error", 0)
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert place.startswith("env/")
    assert "<" not in place
    assert "Fix: archpip install --force-reinstall --no-deps a==1" in result["message"]["text"]


@pytest.mark.parametrize(
    ("path", "shape", "uri"),
    [
        (".", Shape.FOLDER, "pkg/x%20y.so"),
        ("dist/app", Shape.PYINSTALLER, "dist/app/pkg/x%20y.so"),
        ("/srv/app", Shape.PYINSTALLER, "file:///srv/app/pkg/x%20y.so"),
        ("requirements.txt", Shape.LOCKFILE, "requirements.txt"),
    ],
)
def test_sarif_places_are_found_from_where_the_audit_was_started(
    audit: Audit, path: str, shape: Shape, uri: str
) -> None:
    finding = replace(FINDING, member="pkg/x y.so")
    part = replace(audit.parts[0], verdict=Verdict(target="macos-arm64", findings=(finding,)))
    changed = replace(audit, path=path, shape=shape, parts=(part,))

    (result,) = json.loads(render_sarif(changed, version="1"))["runs"][0]["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_sarif_suppresses_what_is_overridden(audit: Audit) -> None:
    override = AppliedOverride(reason="never imported", severity=Status.OK)
    finding = replace(FINDING, override=override)
    verdict = Verdict(target="macos-arm64", findings=(finding,))
    changed = replace(audit, parts=(replace(audit.parts[0], verdict=verdict),))

    (result,) = json.loads(render_sarif(changed, version="1"))["runs"][0]["results"]

    assert result["suppressions"] == [{"kind": "external", "justification": "never imported"}]


def test_pages_escape_what_wheels_say(audit: Audit) -> None:
    page = render_html(audit)

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_pages_and_lines_spell_out_what_turns_text(audit: Audit) -> None:
    message = "a\x1b[31m\n\u202eos.b: wrong"
    verdict = Verdict(target="t", findings=(replace(FINDING, message=message),))
    turned = replace(audit, parts=(replace(audit.parts[0], verdict=verdict),))
    spelled = "a\\x1b[31m\\x0a\\u202eos.b: wrong"

    lines = [render_line(line, colour=False) for line in render_lines(turned, show_all=False)]

    assert any(line.endswith(spelled) for line in lines)
    assert f"</b> {spelled}</li>" in render_html(turned)


def test_pages_begin_with_the_worst_parts(audit: Audit) -> None:
    remark = replace(FINDING, severity=Status.OK)
    fine = replace(audit.parts[0], name="A", verdict=Verdict(target="t", findings=(remark,)))

    page = render_html(replace(audit, parts=(fine, *audit.parts)))

    assert "2 distributions, 0 native binaries: 1 wrong, 1 ok." in page
    assert page.index(">wrong</span> a ") < page.index(">ok</span> A ")


def test_files_without_records_are_counted_apart(audit: Audit) -> None:
    (part,) = audit.parts
    stray = replace(part, name="", version="", root="lib")

    alone = summarize(replace(audit, parts=(stray,)))
    beside = summarize(replace(audit, parts=(part, stray, replace(stray, root="bin"))))

    assert alone == "1 folder without records, 0 native binaries: 1 wrong"
    assert beside == "1 distribution, 2 folders without records, 0 native binaries: 3 wrong"


def test_what_may_cure_a_degraded_part_is_no_promise(audit: Audit) -> None:
    verdict = Verdict(target="t", findings=(replace(FINDING, severity=Status.DEGRADED),))
    degraded = replace(audit, parts=(replace(audit.parts[0], verdict=verdict),))

    lines = ["".join(text for text, _ in line) for line in render_lines(degraded, show_all=False)]

    assert any(line.strip().startswith("try: archpip install ") for line in lines)
    assert "<p>Try: <code>archpip install " in render_html(degraded)


def test_json_gives_the_verdict_and_the_fix(audit: Audit) -> None:
    document = json.loads(render_json(audit))

    assert (document["schema"], document["verdict"]) == (1, "wrong")
    assert document["parts"][0]["findings"][0]["code"] == "AP101"


def test_sarif_finds_the_fix_of_a_part_once(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile part has thousands of findings."""
    asked: list[AuditedPart] = []

    def find(_: Audit, part: AuditedPart) -> str:
        asked.append(part)
        return "mend it"

    monkeypatch.setattr(sarif, "find_remedy", find)
    verdict = Verdict(target="macos-arm64", findings=(FINDING,) * 100)
    many = replace(audit, parts=(replace(audit.parts[0], verdict=verdict),))
    results = json.loads(render_sarif(many, version="1"))["runs"][0]["results"]

    assert [result["properties"]["fix"] for result in results] == ["mend it"] * 100
    assert len(asked) == 1
