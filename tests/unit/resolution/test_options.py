import pytest
from packaging.utils import canonicalize_name

from archpip.resolution import ProjectSelection, ResolveOptions

FOO = canonicalize_name("foo")


@pytest.mark.parametrize(
    ("steps", "wheels", "sdists"),
    [
        ([], True, True),
        ([("only", ":all:")], True, False),
        ([("no", ":all:")], False, True),
        ([("only", ":all:"), ("no", "Foo")], False, True),
        ([("no", "foo"), ("only", ":all:")], True, False),
        ([("only", "foo"), ("only", ":none:")], True, True),
        ([("only", ":all:,:none:,bar")], True, True),
        ([("no", "bar,foo")], False, True),
    ],
)
def test_format_options_win_as_in_pip(
    steps: list[tuple[str, str]], *, wheels: bool, sdists: bool
) -> None:
    formats = ProjectSelection()
    for option, value in steps:
        formats = formats.choose_first(value) if option == "only" else formats.choose_second(value)
    options = ResolveOptions(formats=formats)

    assert (options.allows_wheels(FOO), options.allows_sdists(FOO)) == (wheels, sdists)
