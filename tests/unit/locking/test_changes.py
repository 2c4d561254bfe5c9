from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.pylock import Pylock
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.locking import Change, ChangeKind, find_changes, to_pylock
from archpip.resolution import LinkKind, Pin, Rejection, RejectionReason, Requirer, Resolution
from tests.unit.locking.resolutions import make_link, make_target

A = canonicalize_name("a")


def pin(version: str, *requirers: Requirer, name: str = "a", build: str = "") -> Pin:
    return Pin(
        name=canonicalize_name(name),
        version=Version(version),
        link=make_link(f"{name}-{version}{build}-py3-none-any.whl"),
        kind=LinkKind.WHEEL,
        sha256="a" * 64,
        requirers=requirers,
    )


def changes(
    before: list[Pin], after: list[Pin], *, forgotten: frozenset[str] | None = frozenset()
) -> list[str]:
    target = make_target()
    old = to_pylock(Resolution(target=target, pins=tuple(before)), folder=Path("/project"))
    names = None if forgotten is None else frozenset(map(canonicalize_name, forgotten))
    new = Resolution(target=target, pins=tuple(after))
    return [str(c) for c in find_changes(old, new, forgotten=names, preferred={A: Version("7")})]


def requirer(specifier: str) -> Requirer:
    return Requirer(
        name=canonicalize_name("b"), version=Version("2"), specifier=SpecifierSet(specifier)
    )


def test_nothing_changed() -> None:
    assert changes([pin("1.0")], [pin("1.0")]) == []


def test_who_asks_for_what_is_new_and_what_is_gone_are_said() -> None:
    user = Requirer(name=None, origin="requirements.txt:3")
    assert changes([pin("1.0")], [pin("1.0", user, name="c")]) == [
        "- a 1.0 (nothing asks for it any more)",
        "+ c 1.0 (requirements.txt:3 asks for it)",
    ]


@pytest.mark.parametrize(
    ("new", "forgotten", "reason"),
    [
        (pin("2.0", requirer(">=2")), None, "b 2 asks for a>=2"),
        (pin("2.0", requirer(">=1")), None, "upgrades were asked for"),
        (pin("2.0"), frozenset({"a"}), "upgrades were asked for"),
        (pin("2.0"), frozenset({"c"}), "with what is asked for now, 1.0 is not taken"),
        (pin("7"), frozenset(), "--prefer names it"),
    ],
    ids=["bound", "all", "named", "other", "preferred"],
)
def test_the_surest_reason_is_said(new: Pin, forgotten: frozenset[str] | None, reason: str) -> None:
    assert changes([pin("1.0")], [new], forgotten=forgotten) == [
        f"~ a 1.0 → {new.version} ({reason})"
    ]


def test_a_refused_file_is_the_reason_for_going_back() -> None:
    refused = Rejection(
        link=make_link("a-2.0-py3-none-any.whl"), reason=RejectionReason.VERDICT, message="AP201"
    )
    new = replace(pin("1.0"), rejections=(refused,))
    assert changes([pin("2.0")], [new]) == ["~ a 2.0 → 1.0 (a-2.0-py3-none-any.whl: AP201)"]


def test_a_refused_file_of_a_version_that_begins_alike_is_no_reason() -> None:
    refused = Rejection(
        link=make_link("a-2.10-py3-none-any.whl"), reason=RejectionReason.VERDICT, message="AP201"
    )
    new = replace(pin("1.0"), rejections=(refused,))
    assert changes([pin("2.1")], [new]) == [
        "~ a 2.1 → 1.0 (with what is asked for now, 2.1 is not taken)"
    ]


def test_another_file_of_the_same_version_is_a_change() -> None:
    found = changes([pin("1.0")], [pin("1.0", build="-1")])
    assert found == ["~ a a-1.0-py3-none-any.whl → a-1.0-1-py3-none-any.whl"]


def test_a_change_reads_well_without_a_reason() -> None:
    assert str(Change(name=A, kind=ChangeKind.ADDED, after="1")) == "+ a 1"


def test_another_file_is_taken_for_the_reason_that_refuses_the_one_before() -> None:
    def refuse(filename: str, message: str) -> Rejection:
        link = make_link(filename)
        return Rejection(link=link, reason=RejectionReason.VERDICT, message=message)

    refused = (refuse("a-2.0-py3-none-any.whl", "AP101"), refuse("a-1.0-py3-none-any.whl", "AP201"))
    new = replace(pin("1.0", build="-1"), rejections=refused)
    assert changes([pin("1.0")], [new]) == [
        "~ a a-1.0-py3-none-any.whl → a-1.0-1-py3-none-any.whl (AP201)"
    ]


@pytest.mark.parametrize(
    ("version", "kind"), [("2.0", ChangeKind.UPGRADED), ("0.5", ChangeKind.DOWNGRADED)]
)
def test_a_change_is_up_or_down(version: str, kind: ChangeKind) -> None:
    target = make_target()
    old = to_pylock(Resolution(target=target, pins=(pin("1.0"),)), folder=Path("/project"))
    new = Resolution(target=target, pins=(pin(version),))
    (found,) = find_changes(old, new, forgotten=None, preferred={})
    assert found.kind is kind


def test_what_was_locked_without_a_version_is_no_other_version() -> None:
    folder = {"name": "a", "directory": {"path": "a"}}
    old = Pylock.from_dict({"lock-version": "1.0", "created-by": "x", "packages": [folder]})
    new = Resolution(target=make_target(), pins=(pin("1.0"),))
    assert find_changes(old, new, forgotten=None, preferred={}) == ()
