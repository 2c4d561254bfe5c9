"""What speaks against versions, those alike in one line."""

from datetime import UTC, datetime

from packaging.version import Version

from archpip.index import Link
from archpip.resolution import Rejection, RejectionReason
from archpip.resolution.statements import Statement, collect_findings

TWO, ONE, ZERO = Version("2"), Version("1"), Version("0")


def statement(name: str, reason: RejectionReason, message: str, day: int = 1) -> Statement:
    link = Link(
        url=f"https://files.example/{name}",
        filename=name,
        upload_time=datetime(2026, 1, day, 9, 30, 5, 700, tzinfo=UTC),
    )
    rejection = Rejection(link=link, reason=reason, message=message)
    return Statement.about(rejection, fate="not considered")


def test_a_single_version_names_its_files() -> None:
    said = [
        statement("a-2.whl", RejectionReason.REQUIRES_PYTHON, "it requires Python >=3.10"),
        Statement("its wheels are for others"),
    ]

    (finding,) = collect_findings({TWO: said})

    assert list(finding.lines("a")) == [
        "  a 2: a-2.whl is not considered: it requires Python >=3.10",
        "  a 2: its wheels are for others",
    ]


def test_versions_alike_share_a_line_whatever_stands_between_them() -> None:
    python = "it requires Python >=3.10"
    findings = collect_findings(
        {
            TWO: [statement("a-2.whl", RejectionReason.REQUIRES_PYTHON, python)],
            ONE: [Statement("its wheels are for others")],
            ZERO: [statement("a-0.whl", RejectionReason.REQUIRES_PYTHON, python)],
        }
    )

    assert [line for finding in findings for line in finding.lines("a")] == [
        "  a 2, 0: not considered: it requires Python >=3.10",
        "  a 1: its wheels are for others",
    ]


def test_files_that_came_too_late_are_alike_whenever_they_came() -> None:
    findings = collect_findings(
        {
            TWO: [
                statement("a-2.whl", RejectionReason.TOO_NEW, "it was uploaded 2", 9),
                statement("a-2.tar.gz", RejectionReason.TOO_NEW, "it was uploaded 3", 8),
            ],
            ONE: [statement("a-1.whl", RejectionReason.TOO_NEW, "it was uploaded 4", 4)],
        }
    )

    assert [line for finding in findings for line in finding.lines("a")] == [
        "  a 2, 1: not considered: uploaded from 2026-01-04T09:30:05Z on"
    ]


def test_files_that_were_opened_are_each_named() -> None:
    said = {
        version: [statement(f"a-{version}.whl", RejectionReason.VERDICT, "it holds x86_64 code")]
        for version in (TWO, ONE)
    }

    assert [line for finding in collect_findings(said) for line in finding.lines("a")] == [
        "  a 2: a-2.whl is not considered: it holds x86_64 code",
        "  a 1: a-1.whl is not considered: it holds x86_64 code",
    ]
