import pytest

from archpip.verdicts.vocabulary import find_words


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("libfoo", []),
        ("linux-arm64", ["linux", "arm64"]),
        ("win_x86_64", ["win", "x8664"]),
        ("foo.x86-64.so", ["x8664"]),
        ("foo-x8664", ["x8664"]),
        ("x86__64", ["x86", "64"]),
        ("x86_64_v3", ["x8664v3"]),
        ("x86_64v3", ["x8664v3"]),
        ("libportaudioarm64", ["arm64"]),
        ("libportaudio64bit", ["64bit"]),
        ("foox86_64", ["x8664"]),
        ("9arm64", []),
        ("arm64x", []),
        ("xwin32", []),
        ("sse4_1-avx2", ["sse41", "avx2"]),
    ],
)
def test_words_stand_alone_unless_they_are_particular(name: str, found: list[str]) -> None:
    assert [word.bare for word in find_words(name)] == found


def test_places_are_those_of_the_text() -> None:
    text = "a-x86-64-musl"
    assert [text[word.start : word.end] for word in find_words(text)] == ["x86-64", "musl"]
