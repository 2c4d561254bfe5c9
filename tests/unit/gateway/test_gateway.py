from contextlib import closing
from pathlib import Path

import pytest
from packaging.utils import NormalizedName

from archpip.gateway import (
    FileSettings,
    Gateway,
    View,
    WheelJudge,
    WheelRefusedError,
    file_key,
)
from archpip.index import IndexUnavailableError, Link
from archpip.verdicts import OnUnknown, Policy
from tests.unit.gateway.fake_upstream import FILES, FakePage, FakeUpstream, make_link, real_page

A = NormalizedName("a")
FAT = "a-{}-cp312-cp312-macosx_10_13_universal2.whl"
LINUX = "a-{}-cp312-cp312-manylinux_2_17_x86_64.whl"


def names(gateway: Gateway, view: View) -> list[str]:
    return [file.filename for file in gateway.page(view, A).files]


def test_wrong_wheel_is_not_on_the_page(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz", LINUX.format(1), FAT.format(2))
    upstream.wrong = {FAT.format(2)}

    page = gateway.page(view, A)

    assert [file.filename for file in page.files] == [FAT.format(1), "a-1.tar.gz", LINUX.format(1)]
    assert page.versions == ("1",)
    assert [(r.filename, str(r.version)) for r in page.refusals] == [(FAT.format(2), "2")]
    assert page.refusals[0].message.startswith("AP101: a/x.so")


def test_wheels_of_other_systems_are_left_alone_and_unopened(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", LINUX.format(1))
    upstream.wrong = {LINUX.format(1)}

    assert names(gateway, view) == [LINUX.format(1)]
    assert upstream.opened == []


def test_client_with_a_page_from_before_a_refusal_is_told_even_if_another_client_was_first(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    view = View(name="all", target=view.target, every_python=True)
    upstream.offer("a", LINUX.format(1), *(FAT.format(number) for number in (1, 2, 3)))
    upstream.wrong = {FAT.format(1)}
    key = file_key(make_link(LINUX.format(1)).url)
    with pytest.raises(WheelRefusedError):
        gateway.find_file(view, A, file_key(make_link(FAT.format(1)).url), FAT.format(1))
    gateway.page(view, A)

    with pytest.raises(WheelRefusedError, match="universal2"):
        gateway.find_file(view, A, key, LINUX.format(1))
    newer = f"{key}-1"
    assert gateway.find_file(view, A, newer, LINUX.format(1)).filename == LINUX.format(1)
    assert gateway.upstream_url(A, newer, LINUX.format(1)) == make_link(LINUX.format(1)).url


def test_address_says_how_many_wheels_of_its_version_the_page_left_out(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    view = View(name="all", target=view.target, every_python=True)
    other = "a-3-cp311-cp311-macosx_10_13_universal2.whl"
    upstream.offer("a", FAT.format(3), other)
    upstream.wrong = {other}

    [file] = gateway.page(view, A).files

    assert file.key == file_key(make_link(FAT.format(3)).url, missing=1)
    assert gateway.find_file(view, A, file.key, FAT.format(3)).filename == FAT.format(3)


def test_undecided_wheel_is_offered_by_an_address_of_ours(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 5)))

    keys = {file.filename: file.key for file in gateway.page(view, A).files}

    assert keys[FAT.format(1)] == file_key(make_link(FAT.format(1)).url)


def test_undecided_wheel_is_judged_when_asked_for_and_then_gone(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 5)))
    upstream.wrong = {FAT.format(1)}
    key = file_key(make_link(FAT.format(1)).url)
    assert FAT.format(1) in names(gateway, view)

    with pytest.raises(WheelRefusedError, match="AP101"):
        gateway.find_file(view, A, key, FAT.format(1))

    assert FAT.format(1) not in names(gateway, view)
    assert [refusal.late for refusal in gateway.refusals] == [True]


@pytest.mark.parametrize("every_python", [False, True])
def test_address_that_clients_write_down_is_the_same_whatever_was_asked_for_before(
    gateway: Gateway, upstream: FakeUpstream, view: View, *, every_python: bool
) -> None:
    # uv.lock would otherwise name other addresses the second time, or on a colleague's machine.
    view = View(name="team", target=view.target, every_python=every_python, stable_urls=True)
    described = [make_link(FAT.format(number), metadata_hashes=()) for number in range(1, 5)]
    upstream.offer("a", *described, "a-1.tar.gz")
    first = {file.filename: file.key for file in gateway.page(view, A).files}

    gateway.find_file(view, A, file_key(described[0].url), FAT.format(1))

    assert {file.filename: file.key for file in gateway.page(view, A).files} == first
    assert first[FAT.format(4)] is None  # judged ahead each time
    assert first[FAT.format(1)] == file_key(described[0].url)


def test_what_the_store_knows_is_decided_without_opening(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 5)))
    upstream.wrong = {FAT.format(1)}
    upstream.kept = {make_link(FAT.format(1)).sha256 or ""}

    assert FAT.format(1) not in names(gateway, view)
    assert FAT.format(1) not in upstream.opened


def test_wheel_of_another_python_is_judged_with_its_own(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    other = "a-1-cp310-cp310-macosx_11_0_arm64.whl"
    upstream.offer("a", other)
    upstream.wrong = {other}
    assert names(gateway, view) == [other]

    with pytest.raises(WheelRefusedError, match=r"on 3\.10"):
        gateway.find_file(view, A, file_key(make_link(other).url), other)


def test_unreadable_wheel_is_kept_out_unless_the_policy_takes_it(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1))
    upstream.broken = {FAT.format(1)}
    lenient = View(name="lenient", target=view.target, policy=Policy(on_unknown=OnUnknown.ACCEPT))

    assert names(gateway, view) == []
    assert names(gateway, lenient) == [FAT.format(1)]


def test_wheel_that_is_gone_is_kept_out(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz")
    upstream.down = {FAT.format(1): 404}

    assert names(gateway, view) == ["a-1.tar.gz"]


def test_server_that_fails_makes_no_page_and_is_asked_again(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1))
    upstream.down = {FAT.format(1): 503}
    with pytest.raises(IndexUnavailableError):
        gateway.page(view, A)

    upstream.down = {}

    assert names(gateway, view) == [FAT.format(1)]


def test_page_grown_old_is_asked_for_again(
    upstream: FakeUpstream, view: View, tmp_path: Path
) -> None:
    now = [0.0]
    gateway = Gateway(
        upstream=upstream,
        opener=upstream,
        judge=WheelJudge(opener=upstream, inspections=upstream),
        files=FileSettings(folder=tmp_path),
        clock=lambda: now[0],
        fresh_seconds=60,
    )
    upstream.offer("a", "a-1.tar.gz")
    for moment in (0, 59, 61):
        now[0] = moment
        gateway.page(view, A)
    gateway.close()

    assert upstream.asked == ["a", "forget a", "a", "forget a"]


@pytest.mark.parametrize(
    "url", ["file:///srv/a-1.tar.gz", "https://user:hunter2@files.example/a-1.tar.gz"]
)
def test_what_only_we_can_fetch_has_an_address_of_ours(
    gateway: Gateway, upstream: FakeUpstream, view: View, url: str
) -> None:
    link = Link(url=url, filename="a-1.tar.gz")
    upstream.offer("a", link)

    assert gateway.page(view, A).files[0].key == file_key(link.url)
    real = url.replace("user:hunter2@", "")
    assert gateway.upstream_url(A, file_key(link.url), link.filename) == real


def test_file_of_a_project_that_is_parsed_no_longer_is_found_without_asking_again(
    upstream: FakeUpstream, view: View, tmp_path: Path
) -> None:
    gateway = Gateway(
        upstream=upstream,
        opener=upstream,
        judge=WheelJudge(opener=upstream, inspections=upstream),
        files=FileSettings(folder=tmp_path),
        most_files=1,
    )
    upstream.offer("a", "a-1.tar.gz")
    upstream.offer("b", "b-1.tar.gz")
    key = file_key(make_link("a-1.tar.gz").url)
    first = gateway.find_file(view, A, key, "a-1.tar.gz")
    gateway.page(view, NormalizedName("b"))
    asked = len(upstream.asked)

    assert gateway.find_file(view, A, key, "a-1.tar.gz") == first
    assert len(upstream.asked) == asked
    gateway.close()


@pytest.mark.parametrize(
    ("addresses", "passed_on"),
    [
        (("https://private.example/a-1.tar.gz", "https://private.example/a-2.tar.gz"), (1, 1)),
        (("https://files.example/a-1.tar.gz", "https://private.example/a-2.tar.gz"), (0, 1)),
        (("https://files.example/a-1.tar.gz", "https://files.example/a-2.tar.gz"), (0, 0)),
    ],
    ids=["all of a page", "one of a page", "none of a page"],
)
def test_files_of_a_server_that_wants_credentials_have_addresses_of_ours(
    upstream: FakeUpstream,
    view: View,
    tmp_path: Path,
    addresses: tuple[str, ...],
    passed_on: tuple[int, ...],
) -> None:
    private = frozenset({"https://private.example"})
    with closing(
        Gateway(
            upstream=upstream,
            opener=upstream,
            judge=WheelJudge(opener=upstream, inspections=upstream),
            files=FileSettings(folder=tmp_path, is_private=private.__contains__),
        )
    ) as gateway:
        files = [{"filename": url.rpartition("/")[2], "url": url} for url in addresses]
        upstream.pages["a"] = (real_page({"files": files}),)

        offered = gateway.page(view, A).files

    assert tuple(file.key is not None for file in offered) == passed_on


def test_what_is_no_file_of_a_version_is_left_out(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    names = ("a-1.tar.gz", "a-1.exe", "other-2.tar.gz", "a-1.tar.gz")
    files = [{"filename": name, "url": f"https://files.example/{name}"} for name in names]
    upstream.pages["a"] = (real_page({"files": files}), real_page({"files": files}))

    assert [file.filename for file in gateway.page(view, A).files] == ["a-1.tar.gz"]


def test_versions_that_never_had_a_file_are_passed_on_and_emptied_ones_are_not(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    named = [FAT.format("1.0.0"), FAT.format(2), "a-0.9.tar.gz"]
    document = {
        "meta": {"api-version": "1.1"},
        "versions": ["0.0.15", "2004d", "0.9", "1.0", "2.0"],
        "files": [{"filename": name, "url": f"{FILES}/{name}", "size": 1} for name in named],
    }
    upstream.pages["a"] = (real_page(document),)
    upstream.wrong = {FAT.format(2)}

    page = gateway.page(view, A)

    # As the index writes them: 1.0 is the version 1.0.0 of a file name.
    assert page.versions == ("0.0.15", "2004d", "0.9", "1.0")
    assert "versions" not in page.about


def test_versions_of_an_index_that_states_none_are_added(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    stated = {"files": [], "meta": {"api-version": "1.1"}, "versions": ["1", "1.0"]}
    upstream.pages["a"] = (
        real_page(stated),
        FakePage((make_link("a-1.tar.gz"), make_link("a-2.tar.gz"))),
    )

    assert gateway.page(view, A).versions == ("1", "2")
