import pytest
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from archpip.resolution.repairs import parse_requirement_leniently, parse_specifier_leniently


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("elasticsearch-dsl (>=7.2.0<8.0.0)", "elasticsearch-dsl>=7.2.0,<8.0.0"),
        ("jupyter-core (!=~5.0,>=4.12)", "jupyter-core!=5.0.*,>=4.12"),
        ("torch (>=1.9.*)", "torch>=1.9"),
        ("pyzmq (>=2.7,!=3.0*,!=3.1*)", "pyzmq>=2.7,!=3.0.*,!=3.1.*"),
        ("pytz (>dev)", "pytz>0.0.0.dev0"),
        ("jaxlib >=9.0.0a1.0", "jaxlib>=9.0.0a1"),
        ("botocore>=1.3.0,<1.4.0',", "botocore>=1.3.0,<1.4.0"),
        ("numpy \">=1.19\"; python_version >= '3.7'", "numpy>=1.19; python_version >= '3.7'"),
    ],
)
def test_requirements_are_read_as_they_were_meant(written: str, meant: str) -> None:
    with pytest.raises(InvalidRequirement):
        Requirement(written)

    assert parse_requirement_leniently(written) == Requirement(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (">= '2.7'", ">=2.7"),
        (">=2.7, !=3.0.*, !=3.1.*, <3.4.*", ">=2.7,!=3.0.*,!=3.1.*,<3.4"),
        (">=2.7, !=3.0.*', !=3.1.*'", ">=2.7,!=3.0.*,!=3.1.*"),
        (">=3.*", ">=3"),
    ],
)
def test_specifiers_are_read_as_they_were_meant(written: str, meant: str) -> None:
    with pytest.raises(InvalidSpecifier):
        SpecifierSet(written)

    assert parse_specifier_leniently(written) == SpecifierSet(meant)


@pytest.mark.parametrize("text", ["a>=1,<2", "a==1.*; extra == 'x'", "a~=1.4"])
def test_what_can_be_parsed_is_not_touched(text: str) -> None:
    assert parse_requirement_leniently(text) == Requirement(text)


def test_the_error_is_about_the_text_as_written() -> None:
    with pytest.raises(InvalidRequirement, match="a >=nonsense"):
        parse_requirement_leniently("a >=nonsense',")
    with pytest.raises(InvalidSpecifier, match="nonsense'"):
        parse_specifier_leniently(">=nonsense'")


def test_numbers_without_end_are_refused() -> None:
    # packaging itself accepts them, and fails when a version is compared.
    endless = f">={'9' * 5000}"
    with pytest.raises(InvalidSpecifier, match="digits"):
        parse_specifier_leniently(endless)
    with pytest.raises(InvalidRequirement, match="digits"):
        parse_requirement_leniently(f"a{endless}")
