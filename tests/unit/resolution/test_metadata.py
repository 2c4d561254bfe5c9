import time

import pytest
from packaging.version import Version

from archpip.resolution import CoreMetadata, InvalidMetadataError, parse_metadata
from archpip.resolution.metadata import head_of


def test_headers_are_read_and_the_body_is_not() -> None:
    found = parse_metadata(
        b"Metadata-Version: 2.2\nName: Foo.Bar\nVersion: 1.0\n"
        b"Requires-Dist: a>=1\nRequires-Dist: b ;\n extra == 'x'\n"
        b"Provides-Extra: X_y\nRequires-Python: >=3.9\nDynamic: License\n\nRequires-Dist: body\n"
    )

    assert found == CoreMetadata(
        name="foo-bar",  # type: ignore[arg-type]  # a literal is normalised enough
        version=Version("1.0"),
        requires=("a>=1", "b ; extra == 'x'"),
        requires_python=">=3.9",
        provides_extra=frozenset({"x-y"}),  # type: ignore[arg-type]  # likewise
        metadata_version=(2, 2),
        dynamic=frozenset({"license"}),
    )


def test_blank_lines_and_form_feeds_inside_a_folded_licence_end_nothing() -> None:
    found = parse_metadata(
        b"Name: a\nVersion: 1\nLicense: one\n        \n        two \x0c\n three\nRequires-Dist: b\n"
    )

    assert found.requires == ("b",)


def test_windows_line_ends() -> None:
    found = parse_metadata(b"Name: a\r\nVersion: 1\r\n\r\nRequires-Dist: body\r\n")

    assert found.requires == ()


@pytest.mark.parametrize(
    ("version", "dynamic", "static"),
    [
        ("2.1", "", False),
        ("2.2", "", True),
        ("2.4", "Summary", True),
        ("2.2", "Requires-Dist", False),
        ("2.2", "requires-python", False),
        ("2.10", "", True),
    ],
)
def test_metadata_is_static_from_2_2_unless_dynamic(
    version: str, dynamic: str, *, static: bool
) -> None:
    lines = [f"Metadata-Version: {version}", "Name: a", "Version: 1"]
    lines += [f"Dynamic: {dynamic}"] * bool(dynamic)

    assert parse_metadata("\n".join(lines).encode()).is_static is static


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Version: 1", "no Name"),
        (b"Name: a", "no Version"),
        (b"Name: a\nVersion: one", "one"),
        (b"Name: a\nVersion: 1\nRequires-Python: 3.x.y", "3.x.y"),
        (b"Name: a\nVersion: " + b"9" * 5000, "5000 digits"),
        (b"", "no Name"),
    ],
)
def test_what_is_missing_or_wrong_is_said(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidMetadataError, match=reason):
        parse_metadata(content)


@pytest.mark.parametrize("version", ["2.\u00b2", f"2.{'9' * 5000}", "two"])
def test_a_metadata_version_that_is_none_is_no_matter(version: str) -> None:
    text = f"Metadata-Version: {version}\nName: a\nVersion: 1\n"
    assert parse_metadata(text.encode()).name == "a"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_the_head_says_the_same_as_the_whole(newline: bytes) -> None:
    head = newline.join((b"Metadata-Version: 2.1", b"Name: a", b"Version: 1"))
    whole = head + newline * 2 + b"Requires-Dist: not a header" + newline * 2

    assert head_of(whole) == head
    assert parse_metadata(head_of(whole)) == parse_metadata(whole)
    assert head_of(head) == head


def test_a_header_of_countless_lines_is_read_in_seconds() -> None:
    content = b"Name: a\nVersion: 1\nSummary: b\n" + b" c\n" * 400_000
    begun = time.process_time()

    assert parse_metadata(content).name == "a"
    assert time.process_time() - begun < 4
