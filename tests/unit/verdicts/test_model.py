"""What a verdict says in one sentence."""

import pytest

from archpip.verdicts import Finding, Status, Verdict


def finding(code: str) -> Finding:
    return Finding(
        code=code, severity=Status.WRONG, member=None, slice=None, message=f"what {code} says"
    )


@pytest.mark.parametrize(
    ("codes", "headline"),
    [
        ([], ""),
        (["AP101"], "AP101: what AP101 says"),
        (["AP101", "AP201"], "AP101: what AP101 says (and 1 more finding)"),
        (["AP101", "AP201", "AP301"], "AP101: what AP101 says (and 2 more findings)"),
    ],
    ids=["none", "one", "two", "three"],
)
def test_the_worst_finding_makes_the_headline(codes: list[str], headline: str) -> None:
    assert Verdict(target="a", findings=tuple(map(finding, codes))).headline == headline
