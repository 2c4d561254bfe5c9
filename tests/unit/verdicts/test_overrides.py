import pytest

from archpip.verdicts import (
    InvalidOverrideError,
    OnUnknown,
    Policy,
    Status,
    Verdict,
    find_unmatched,
    judge,
    parse_override,
)
from archpip.wheels import Inspection, Problem, ProblemKind
from tests.unit.verdicts.builder import World

ENDLESS = "1" * 5000  # more digits than Python makes a number of
FILENAME = "project-1.0-cp311-cp311-macosx_11_0_universal2.whl"


@pytest.fixture
def wrong_wheel(world: World) -> Inspection:
    return world.wheel(world.member("pkg/_core.cpython-311-darwin.so", "macos", "x86_64"))


@pytest.mark.parametrize(
    ("text", "subject", "action", "codes"),
    [
        ("Project: we tested it", "project", "allow", set()),
        ("project==1.0 [AP101, ap401]: tested", "project==1.0", "allow", {"AP101", "AP401"}),
        ("deny project-1.*.whl: never", "project-1.*.whl", "deny", set()),
        ("degrade project: half", "project", "degrade", set()),
    ],
)
def test_parsing(text: str, subject: str, action: str, codes: set[str]) -> None:
    override = parse_override(text, origin="pip.conf")
    assert (override.subject, override.action.value, set(override.codes)) == (
        subject,
        action,
        codes,
    )
    assert override.matches(FILENAME)
    assert override.origin == "pip.conf"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("project", "Override 'project': no ': REASON' after what it matches"),
        ("project:", "Override 'project:': no ': REASON' after what it matches"),
        ("project==x!: why", "Override 'project==x!: why': 'x!' is no version"),
        (
            f"project=={ENDLESS}: why",
            f"Override 'project=={ENDLESS}: why': '{ENDLESS}' is no version",
        ),
        (
            "pro/ject: why",
            "Override 'pro/ject: why': 'pro/ject' is no project and no *.whl pattern",
        ),
        ("project [XX1]: why", "Override 'project [XX1]: why': 'XX1' is no finding code"),
    ],
)
def test_what_cannot_be_understood_is_said(text: str, message: str) -> None:
    with pytest.raises(InvalidOverrideError) as caught:
        parse_override(text)
    assert str(caught.value) == message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("project: r", True),
        ("project==1.0.0: r", True),
        ("project==1.1: r", False),
        ("pro: r", False),
        ("project-1.0-*-macosx_*.whl: r", True),
        ("project-2.0-*.whl: r", False),
    ],
)
def test_matching(text: str, matches: bool) -> None:  # noqa: FBT001 - a table's column
    assert parse_override(text).matches(FILENAME) is matches


def test_allowed_finding_stays_visible(world: World, wrong_wheel: Inspection) -> None:
    policy = Policy(overrides=(parse_override("project [AP101]: runs under Rosetta here"),))
    verdict = judge(wrong_wheel, world.target("macos", "arm64"), policy)
    (finding,) = verdict.findings
    assert verdict.status is Status.OK
    assert policy.accepts(verdict)
    assert (finding.severity, finding.weight) == (Status.WRONG, Status.OK)
    assert [override.reason for override in verdict.overrides] == ["runs under Rosetta here"]


def test_codes_limit_an_override(world: World, wrong_wheel: Inspection) -> None:
    policy = Policy(overrides=(parse_override("project [AP401]: not this one"),))
    assert judge(wrong_wheel, world.target("macos", "arm64"), policy).status is Status.WRONG


def test_the_last_override_written_wins(world: World, wrong_wheel: Inspection) -> None:
    texts = ("project: fine", "degrade project: not so fine")
    policy = Policy(overrides=tuple(map(parse_override, texts)))
    verdict = judge(wrong_wheel, world.target("macos", "arm64"), policy)
    assert verdict.status is Status.DEGRADED
    assert verdict.overrides[0].reason == "not so fine"


def test_denied_wheel_is_wrong_with_the_reason(world: World) -> None:
    policy = Policy(overrides=(parse_override("deny project: licence"),))
    verdict = judge(world.wheel(), world.target("macos", "arm64"), policy)
    (finding,) = verdict.findings
    assert verdict.status is Status.WRONG
    assert finding.message == "refused by the override for project: licence"


def test_overrides_that_decide_nothing_are_found(world: World, wrong_wheel: Inspection) -> None:
    texts = ("project: r", "projekt: r", "project [AP602]: r", "deny project: r", "deny projekt: r")
    overrides = tuple(parse_override(text, origin="team.conf") for text in texts)
    target = world.target("macos", "arm64")
    wrong = (FILENAME, judge(wrong_wheel, target))
    mended = (FILENAME, judge(world.wheel(), target))
    assert [overrides.index(o) for o in find_unmatched(overrides, [wrong])] == [1, 2, 4]
    assert [overrides.index(o) for o in find_unmatched(overrides, [mended])] == [0, 1, 2, 4]
    assert [overrides.index(o) for o in find_unmatched(overrides, [(FILENAME, None)])] == [1, 4]
    assert overrides[0].unmatched_message == (
        "the override for project (team.conf) matches no finding; its reason: r"
    )


def test_policy_decides_on_degraded_and_unknown(world: World) -> None:
    degraded = judge(
        world.any_wheel(world.program("a/macos/tool", "macos", "x86_64")),
        world.target("macos", "arm64"),
    )
    problem = Problem(kind=ProblemKind.ENCRYPTED, member="a.so", detail="encrypted")
    unknown = judge(world.wheel(problems=[problem]), world.target("macos", "arm64"))
    assert Policy().accepts(degraded)
    assert Policy(strict=True).refuses(degraded)
    assert Policy().refuses(unknown)
    assert Policy(on_unknown=OnUnknown.ACCEPT).accepts(unknown)
    assert Policy().accepts(Verdict(target="macos-arm64"))
