"""Laws that tags obey for every target."""

from hypothesis import given
from hypothesis import strategies as st

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets import (
    KNOWN_NAMES,
    Floors,
    InvalidTargetError,
    PythonTarget,
    Target,
    compatible_tags,
    marker_environment,
    parse_target,
    platform_tags,
)

_HOST = Target(
    operating_system=OperatingSystem.LINUX,
    architectures=(Architecture.X86_64,),
    libc=Libc.GLIBC,
    floor=(2, 36),
    python=PythonTarget(version=(3, 11, 7)),
)

_floors = st.builds(
    Floors,
    macos=st.tuples(st.sampled_from([11, 12, 13, 14, 15, 26]), st.integers(0, 7)),
    glibc=st.tuples(st.just(2), st.integers(17, 45)),
    musl=st.tuples(st.just(1), st.integers(0, 3)),
    ios=st.tuples(st.integers(13, 26), st.integers(0, 9)),
    android=st.tuples(st.integers(16, 36), st.just(0)),
)
_pythons = st.builds(
    PythonTarget,
    version=st.tuples(st.just(3), st.integers(6, 16), st.integers(0, 20)),
    free_threaded=st.booleans(),
)
_targets = st.builds(
    lambda name, python, floors: parse_target(name, host=_HOST, python=python, floors=floors),
    st.sampled_from(KNOWN_NAMES),
    _pythons,
    _floors,
)


@given(_targets)
def test_no_tag_repeats_and_the_interpreters_own_come_first(target: Target) -> None:
    tags = compatible_tags(target)
    assert len(set(tags)) == len(tags)
    assert tags[0].interpreter == target.python.tag
    assert str(tags[-1]) == "py30-none-any"


@given(_targets)
def test_an_untied_platform_is_never_preferred_to_a_tied_one_of_the_same_interpreter(
    target: Target,
) -> None:
    tags = compatible_tags(target)
    first_any = min(index for index, tag in enumerate(tags) if tag.platform == "any")
    assert all(tag.platform == "any" for tag in tags[first_any:])


@given(_targets, _floors)
def test_a_newer_floor_takes_all_that_an_older_one_takes_in_the_same_order(
    target: Target, floors: Floors
) -> None:
    other = parse_target(target.name, host=_HOST, python=target.python, floors=floors)
    older, newer = sorted((target, other), key=lambda t: t.floor)
    kept = [tag for tag in platform_tags(newer) if tag in set(platform_tags(older))]
    # iOS before the newest major lists ten minor versions of each, whatever they were.
    if target.operating_system is not OperatingSystem.IOS:
        assert kept == list(platform_tags(older))


@given(_targets)
def test_every_marker_is_text(target: Target) -> None:
    assert all(isinstance(value, str) for value in marker_environment(target).values())


@given(st.text(max_size=40))
def test_a_text_is_a_target_or_one_clear_error(text: str) -> None:
    _check_parsing(text)


@given(st.lists(st.sampled_from([*"-/_.", "linux", "arm64", "x86", "64", "musl", "ios", "11"])))
def test_a_text_of_known_words_is_a_target_or_one_clear_error(words: list[str]) -> None:
    _check_parsing("".join(words))


def _check_parsing(text: str) -> None:
    try:
        target = parse_target(text, host=_HOST)
    except InvalidTargetError as error:
        message, hint = str(error), error.hint
    else:
        message, hint = repr(text), parse_target(target.name, host=_HOST).name
    assert repr(text) in message
    assert hint
