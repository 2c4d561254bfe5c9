"""What a build may take, while its client resolves for another machine."""

import pytest
from packaging.utils import NormalizedName

from archpip.gateway import Gateway, View, WheelRefusedError, file_key
from archpip.gateway.build_host import is_name_for_builds, name_for_builds
from archpip.targets import Target, detect_host, parse_python, parse_target
from tests.unit.gateway.fake_upstream import FakeUpstream, make_link

A = NormalizedName("a")
ANY = "a-1-py3-none-any.whl"
FOR_BUILDS = "a-1-py3-none-linux_x86_64.whl"


@pytest.fixture
def host() -> Target:
    return parse_target("linux-x86_64", host=detect_host(), python=parse_python("3.11"))


@pytest.fixture
def building(view: View, host: Target) -> View:
    return View(name=view.name, target=view.target, build_host=host)


@pytest.mark.parametrize(
    ("filename", "named"),
    [
        (ANY, FOR_BUILDS),
        ("a-1-py2.py3-none-any.whl", "a-1-py2.py3-none-linux_x86_64.whl"),
        ("a-1-py2-none-any.whl", None),
        ("a-1-cp311-cp311-macosx_11_0_universal2.whl", None),
    ],
)
def test_name_for_builds_has_the_hosts_platform(
    building: View, filename: str, named: str | None
) -> None:
    assert name_for_builds(make_link(filename), building) == named


def test_machines_that_take_the_same_wheels_need_no_other_name(host: Target) -> None:
    assert name_for_builds(make_link(ANY), View(name="x", target=host, build_host=host)) is None


def test_only_the_platform_of_a_name_may_differ() -> None:
    assert is_name_for_builds(FOR_BUILDS, ANY)
    assert not is_name_for_builds(ANY, ANY)
    assert not is_name_for_builds("b-1-py3-none-linux_x86_64.whl", ANY)
    assert not is_name_for_builds("a-1.tar.gz", "a-1.tar.bz2")


def test_wheel_that_is_wrong_for_the_target_is_offered_to_builds_alone(
    gateway: Gateway, upstream: FakeUpstream, building: View
) -> None:
    upstream.offer("a", ANY)
    upstream.wrong = {ANY}
    upstream.right_on = {(ANY, "linux-x86_64")}

    page = gateway.page(building, A)

    assert [file.filename for file in page.files] == [FOR_BUILDS]
    assert [refusal.filename for refusal in page.refusals] == [ANY]
    key = file_key(make_link(ANY).url)
    assert gateway.find_file(building, A, key, FOR_BUILDS).filename == ANY
    assert gateway.upstream_url(A, key, FOR_BUILDS) == make_link(ANY).url
    with pytest.raises(WheelRefusedError):
        gateway.find_file(building, A, key, ANY)


def test_wheel_that_is_wrong_for_both_is_offered_to_nobody(
    gateway: Gateway, upstream: FakeUpstream, building: View
) -> None:
    upstream.offer("a", ANY)
    upstream.wrong = {ANY}

    assert gateway.page(building, A).files == ()
    with pytest.raises(WheelRefusedError):
        gateway.find_file(building, A, file_key(make_link(ANY).url), FOR_BUILDS)
