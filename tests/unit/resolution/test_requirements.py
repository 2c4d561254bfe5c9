import os
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from archpip.index import to_file_url
from archpip.resolution import (
    DirectReference,
    InvalidRequirementError,
    LinkKind,
    RequestedRequirement,
    parse_requirement,
)

ENDLESS = "9" * 5000


def parse(text: str, base: Path = Path("/nowhere")) -> RequestedRequirement:
    return parse_requirement(text, base=base, origin="requirements.txt:3")


def test_name_extras_specifier_and_marker_are_normalised() -> None:
    found = parse("Foo.Bar[B_two, a] >=1,<2 ; python_version >= '3.9'")

    assert found == RequestedRequirement(
        name="foo-bar",  # type: ignore[arg-type]  # a literal is normalised enough
        extras=("b-two", "a"),  # type: ignore[arg-type]  # likewise
        specifier=SpecifierSet("<2,>=1"),
        marker=Marker("python_version >= '3.9'"),
        origin="requirements.txt:3",
        text="Foo.Bar[B_two, a] >=1,<2 ; python_version >= '3.9'",
    )


@pytest.mark.parametrize(
    ("text", "direct"),
    [
        pytest.param(
            "https://host/x-1.0-py3-none-any.whl#sha256=AB12",
            DirectReference(
                url="https://host/x-1.0-py3-none-any.whl",
                kind=LinkKind.WHEEL,
                hashes=(("sha256", "ab12"),),
            ),
            id="wheel URL with hash",
        ),
        pytest.param(
            "x @ https://host/x-1.0.tar.gz#subdirectory=py&sha512=00",
            DirectReference(
                url="https://host/x-1.0.tar.gz",
                kind=LinkKind.SDIST,
                hashes=(("sha512", "00"),),
                subdirectory="py",
            ),
            id="archive in a subdirectory",
        ),
        pytest.param(
            "git+https://host/x.git@v1.0#egg=x&subdirectory=sub",
            DirectReference(
                url="git+https://host/x.git",
                kind=LinkKind.VCS,
                revision="v1.0",
                subdirectory="sub",
            ),
            id="repository with revision",
        ),
        pytest.param(
            "x @ git+file:///srv/x@feature/y",
            DirectReference(url="git+file:///srv/x", kind=LinkKind.VCS, revision="feature/y"),
            id="repository on this machine",
        ),
        pytest.param(
            "x @ git+ssh://git@host/x.git",
            DirectReference(url="git+ssh://git@host/x.git", kind=LinkKind.VCS),
            id="a user name is not a revision",
        ),
    ],
)
def test_direct_references(text: str, direct: DirectReference) -> None:
    found = parse(text)

    assert found.direct == direct
    assert found.name == "x"


def test_hash_of_a_url_counts_as_a_hash_of_the_requirement() -> None:
    assert parse("x @ https://host/x-1.0.zip#sha256=ab").hashes == (("sha256", "ab"),)


def test_a_weak_hash_of_a_url_is_for_its_file_alone() -> None:
    found = parse("x @ https://host/x-1.0.zip#md5=AB")

    assert found.direct is not None
    assert found.direct.hashes == (("md5", "ab"),)
    assert found.hashes == ()


def test_a_wheel_url_names_its_project_and_keeps_extras_and_marker() -> None:
    found = parse("https://host/Foo_Bar-1.0-py3-none-any.whl[fast] ; sys_platform == 'linux'")

    assert (found.name, found.extras) == ("foo-bar", ("fast",))
    assert found.marker == Marker("sys_platform == 'linux'")


def test_an_archive_url_without_a_name_leaves_the_name_open() -> None:
    assert parse("https://host/main.zip").name is None


def test_local_wheel_archive_and_folder(tmp_path: Path) -> None:
    (tmp_path / "foo-1.0-py3-none-any.whl").touch()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "foo-1.0.tar.gz").touch()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()

    found = [
        parse(text, tmp_path)
        for text in ("foo-1.0-py3-none-any.whl", "dist/foo-1.0.tar.gz", "./project[a,b]")
    ]

    kinds = [f.direct.kind for f in found if f.direct]
    assert kinds == [LinkKind.WHEEL, LinkKind.SDIST, LinkKind.DIRECTORY]
    assert found[2].extras == ("a", "b")
    direct = found[2].direct
    assert direct is not None
    assert direct.path == tmp_path / "project"


def test_the_dot_is_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()

    direct = parse(".[test]", tmp_path).direct

    assert direct is not None
    assert direct.path == tmp_path


def test_relative_file_url_starts_from_the_base(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "setup.py").touch()

    direct = parse("x @ file:project", tmp_path).direct

    assert direct is not None
    assert (direct.kind, direct.path) == (LinkKind.DIRECTORY, tmp_path / "project")


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("foo=1.0", "Expected", "'=='"),
        ("foo >= x", "Expected|Invalid", None),
        ("foo ~= 3; os_name == 'nt'", "Expected|Invalid", "~=3.0"),
        ("./missing", "no such file", None),
        ("missing-1.0-py3-none-any.whl", "no such file", None),
        ("foo; python_verson > '3'", "marker|Expected", None),
        ("foo @ ftp://host/foo.whl", "scheme", None),
        ("bar @ https://host/foo-1.0-py3-none-any.whl", "of foo, not of bar", None),
        ("https://host/foo.whl", "file name", None),
        pytest.param(f"https://host/x-{ENDLESS}-py3-none-any.whl", "file name", None, id="name"),
        pytest.param(f"foo>={ENDLESS}", "more than 1,000 digits", None, id="specifier"),
        pytest.param(f"foo; python_version>'{ENDLESS}'", "1,000 digits", None, id="marker"),
        ("--pre foo", "Expected", "Options"),
    ],
)
def test_bad_requirements_say_where_and_why(text: str, reason: str, hint: str | None) -> None:
    with pytest.raises(InvalidRequirementError, match=reason) as caught:
        parse(text)

    assert str(caught.value).startswith("requirements.txt:3: ")
    assert (caught.value.hint is None) or hint is None or hint in caught.value.hint
    assert hint is None or caught.value.hint


def test_a_path_that_is_too_long_for_any_file_leads_to_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequirementError, match="there is no such file or folder"):
        parse_requirement("./" + "x" * 5000, base=tmp_path)


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequirementError, match=r"neither pyproject\.toml nor setup\.py"):
        parse(f".{os.sep}", tmp_path)


def test_a_requirements_file_in_place_of_a_requirement_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").touch()

    with pytest.raises(InvalidRequirementError) as caught:
        parse("./requirements.txt", tmp_path)

    assert caught.value.hint == "If it lists requirements, say `-r ./requirements.txt`."


def test_credentials_are_kept_in_the_url_and_nowhere_else() -> None:
    found = parse("x @ https://user:secret@host/x-1.0.zip")

    assert found.direct is not None
    assert "secret" in found.direct.url
    assert "secret" not in found.text


@pytest.mark.parametrize("separator", [";", "; ", " ; "])
def test_a_marker_may_stand_right_behind_the_url_of_a_name(separator: str) -> None:
    found = parse(f"x @ https://host/x-1.0.tar.gz{separator}python_version > '3'")

    assert found.direct is not None
    assert found.direct.url == "https://host/x-1.0.tar.gz"
    assert found.marker == Marker("python_version > '3'")


@pytest.mark.parametrize(
    "text",
    ["x @ file:///nowhere/build/x", "file:///nowhere/x-1.0.tar.gz", "x @ file:///nowhere/${GONE}"],
)
def test_a_file_url_that_leads_to_nothing_is_told(text: str) -> None:
    """`pip freeze` in a conda environment writes the folders that conda built in."""
    with pytest.raises(InvalidRequirementError, match="there is no /nowhere/") as caught:
        parse(text)

    assert "pip list --format freeze" in (caught.value.hint or "")


def test_one_place_on_a_server_may_be_written_in_two_ways() -> None:
    texts = ("x @ https://host/files/x-1.0.zip", "x @ https://host/files/../files/./x-1.0.zip")
    one, other = (parse(text).direct for text in texts)
    assert one == other


def test_dots_in_a_path_on_disk_may_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "far/away").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far/away")
    (tmp_path / "far/x-1.0-py3-none-any.whl").touch()

    found = parse(f"x @ {to_file_url(tmp_path)}/link/../x-1.0-py3-none-any.whl")

    assert found.direct is not None
    assert found.direct.path is not None
    assert found.direct.path.exists()
