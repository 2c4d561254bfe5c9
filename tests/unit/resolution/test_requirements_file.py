import time
from pathlib import Path

import pytest

from archpip.resolution import (
    IndexOptions,
    InvalidRequirementError,
    ProjectSelection,
    RequirementSet,
    RequirementsFileError,
    read_requirements_file,
)

DIGEST = "0" * 64


def no_fetch(url: str) -> bytes:
    raise AssertionError(url)


def read(
    folder: Path, content: str | bytes, *, constraint: bool = False, **environ: str
) -> RequirementSet:
    path = folder / "requirements.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_requirements_file(
        "requirements.txt", base=folder, environ=environ, fetch=no_fetch, constraint=constraint
    )


def texts(found: RequirementSet) -> list[str]:
    return [requirement.text for requirement in found.requirements]


def test_comments_blank_and_continued_lines(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """\
# a comment
foo == 1.0  # why
bar \\
    >= 2, \\
    < 3
baz#not-a-comment; python_version > "3"
""".replace("baz#not-a-comment", "baz"),
    )

    assert texts(found) == ["foo == 1.0", "bar     >= 2,     < 3", 'baz; python_version > "3"']
    assert [r.origin for r in found.requirements] == [
        "requirements.txt:2",
        "requirements.txt:3",
        "requirements.txt:6",
    ]


def test_a_line_of_blanks_is_read_in_no_time(tmp_path: Path) -> None:
    # A minute, if the search for a comment begins anew at each of them.
    line = f"foo{' ' * 100_000}>1"
    begun = time.process_time()

    assert texts(read(tmp_path, f"{line}\n")) == [line]

    assert time.process_time() - begun < 5


def test_a_comment_ends_a_continued_line(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "foo \\\n# comment \\\nbar\n")) == ["foo", "bar"]


def test_hashes_over_several_lines(tmp_path: Path) -> None:
    found = read(
        tmp_path, f"foo==1.0 \\\n  --hash=sha256:{DIGEST} \\\n  --hash sha512:{DIGEST.upper()}\n"
    )

    assert found.requirements[0].hashes == (("sha256", DIGEST), ("sha512", DIGEST))


def test_weak_hashes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RequirementsFileError, match=r"requirements\.txt:1: .*md5"):
        read(tmp_path, "foo==1.0 --hash=md5:00")


def test_config_settings_belong_to_their_requirement(tmp_path: Path) -> None:
    found = read(tmp_path, 'foo --config-settings="setup-args=-Dx=1" -C a=b\nbar')

    assert found.requirements[0].config_settings == (("setup-args", "-Dx=1"), ("a", "b"))
    assert found.requirements[1].config_settings == ()


def test_only_named_upper_case_variables_are_expanded(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "--index-url https://${TOKEN}@host/\n-f ${lower}\n-f $TOKEN\n-f ${MISSING}",
        TOKEN="secret",
        lower="no",
    )

    assert found.index.index_url == "https://secret@host/"
    assert found.index.find_links == ("${lower}", "$TOKEN", "${MISSING}")


def test_index_and_format_options(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "-i https://a/simple\n--extra-index-url https://b\n--extra-index-url=https://c\n"
        "--no-index\n--trusted-host h:1\n--only-binary :all:\n--no-binary foo,bar\n"
        "--prefer-binary\n--pre\n--require-hashes\n",
    )

    assert found.index == IndexOptions(
        index_url="https://a/simple",
        extra_index_urls=("https://b", "https://c"),
        no_index=True,
        trusted_hosts=("h:1",),
    )
    assert found.apply_formats(ProjectSelection()) == ProjectSelection(
        first=frozenset({":all:"}), second=frozenset({"foo", "bar"})
    )
    assert found.apply_releases(ProjectSelection()).first == frozenset({":all:"})
    assert (found.prefer_binary, found.require_hashes) == (True, True)


def test_nested_files_start_from_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "more.txt").write_text("inner\n-c bounds.txt\n--find-links wheels\n")
    (tmp_path / "deep" / "bounds.txt").write_text("inner<2\n")
    (tmp_path / "deep" / "wheels").mkdir()

    found = read(tmp_path, "outer\n-r deep/more.txt\n")

    assert texts(found) == ["outer", "inner"]
    assert [c.origin for c in found.constraints] == ["deep/bounds.txt:1"]
    assert found.index.find_links == (str(tmp_path / "deep" / "wheels"),)


def test_files_by_url_and_what_they_name_beside_them(tmp_path: Path) -> None:
    pages = {
        "https://host/a/r.txt": b"foo\n-c c.txt",
        "https://host/a/c.txt": b"foo<3",
    }

    found = read_requirements_file(
        "https://host/a/r.txt", base=tmp_path, environ={}, fetch=pages.__getitem__
    )

    assert [c.text for c in found.constraints] == ["foo<3"]


def test_a_file_that_includes_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequirementsFileError, match="includes itself"):
        read(tmp_path, "-r requirements.txt")


@pytest.mark.parametrize("text", ["-r a/more.txt", "-r a/more.txt\n-r b/more.txt"])
def test_files_that_include_others_for_ever_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RequirementsFileError, match="too many files"):
        read_requirements_file(
            "https://files.example/requirements.txt",
            base=tmp_path,
            environ={},
            fetch=lambda _: text.encode(),
        )


def test_a_file_may_include_many_small_ones(tmp_path: Path) -> None:
    small = [tmp_path / f"{number}.txt" for number in range(900)]
    for path in small:
        path.touch()
    assert read(tmp_path, "\n".join(f"-r {path.name}" for path in small)) == RequirementSet()


@pytest.mark.parametrize("nested", ["a\0b", "x:a\0b", "file://[/a", "https://files.example/\0"])
@pytest.mark.parametrize("location", ["requirements.txt", "https://files.example/x.txt"])
def test_a_nested_location_that_is_none_is_refused(
    tmp_path: Path, nested: str, location: str
) -> None:
    content = f"-r {nested}".encode()
    (tmp_path / "requirements.txt").write_bytes(content)
    with pytest.raises(RequirementsFileError, match=r"null|IPv6|include"):
        read_requirements_file(location, base=tmp_path, environ={}, fetch=lambda _: content)


def test_who_names_a_missing_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep.txt").write_text("foo\n-c none.txt\n")

    with pytest.raises(RequirementsFileError) as caught:
        read(tmp_path, "-r deep.txt\n")
    assert str(caught.value) == "none.txt (named by deep.txt:2): No such file or directory"


def test_where_paths_in_a_file_start_is_told_where_that_was_mistaken(tmp_path: Path) -> None:
    (tmp_path / "deep" / "lib").mkdir(parents=True)
    (tmp_path / "deep" / "r.txt").write_text("-e ./lib\n")

    with pytest.raises(InvalidRequirementError, match="no such file") as caught:
        read(tmp_path, "-r deep/r.txt\n")
    assert "start from the folder that archpip runs in" in (caught.value.hint or "")


def test_a_missing_nested_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequirementsFileError, match=r"missing\.txt .*: No such file"):
        read(tmp_path, "-r missing.txt")


@pytest.mark.parametrize(
    ("line", "error", "match"),
    [
        ("-e foo", InvalidRequirementError, "editable"),
        ("foo --nonsense", RequirementsFileError, "requirements.txt:1: .*nonsense"),
        ("foo --hash 'x", RequirementsFileError, "quotation"),
        ("foo=1", InvalidRequirementError, "requirements.txt:1"),
        ("foo --global-option=x", RequirementsFileError, "config-settings"),
        ("foo -C nothing", RequirementsFileError, "KEY=VALUE"),
    ],
)
def test_bad_lines_name_file_and_line(
    tmp_path: Path, line: str, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        read(tmp_path, line)


@pytest.mark.parametrize("line", ["foo[x]", "./project", "https://host/x.zip"])
def test_constraints_need_a_bare_name(tmp_path: Path, line: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "setup.py").touch()

    with pytest.raises(InvalidRequirementError, match="a constraint"):
        read(tmp_path, line, constraint=True)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufefffoo ; sys_platform != 'ä'".encode(), id="utf-8 with mark"),
        pytest.param("\ufefffoo ; sys_platform != 'ä'".encode("utf-16-le"), id="utf-16"),
        pytest.param("\ufefffoo ; sys_platform != 'ä'".encode("utf-32-be"), id="utf-32"),
        pytest.param(
            "# -*- coding: latin-1 -*-\nfoo ; sys_platform != 'ä'".encode("latin-1"), id="pep 263"
        ),
    ],
)
def test_encodings(tmp_path: Path, content: bytes) -> None:
    assert texts(read(tmp_path, content)) == ["foo ; sys_platform != 'ä'"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"foo\n# caf\xe9\n", "line 2 is not UTF-8; save the file as UTF-8"),
        (b"\xff\xfe\xfd", "line 1 is not UTF-16-LE"),
        (b"# coding: nonsense\n", "unknown encoding: nonsense"),
    ],
)
def test_undecodable_files_are_an_error(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(RequirementsFileError, match=said):
        read(tmp_path, content)


def test_a_marker_after_an_editable_path_is_passed_over_as_in_pip(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pyproject.toml").touch()

    (found,) = read(tmp_path, "-e ./mine ; sys_platform == 'never'\n").requirements

    assert found.editable
    assert (found.text, found.marker) == ("./mine", None)


@pytest.mark.parametrize("line", ["-r pyproject.toml", "-c pyproject.toml"])
def test_a_project_file_within_a_file_is_read_as_requirements_as_in_pip(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n")

    with pytest.raises(InvalidRequirementError, match=r"pyproject\.toml:1"):
        read(tmp_path, line)


def test_a_line_of_countless_options_is_refused_unread(tmp_path: Path) -> None:
    line = "foo==1 " + f"--hash=sha256:{DIGEST} " * 2001
    with pytest.raises(RequirementsFileError, match="2001 options are more than 2000"):
        read(tmp_path, line)


def test_a_version_may_have_hundreds_of_wheels(tmp_path: Path) -> None:
    digests = sorted(f"{number:064}" for number in range(900))
    (found,) = read(
        tmp_path, "foo==1 " + " ".join(f"--hash=sha256:{each}" for each in digests)
    ).requirements
    assert found.hashes == tuple(("sha256", each) for each in digests)
