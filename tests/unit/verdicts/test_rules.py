import fnmatch

from archpip.architecture import Architecture
from archpip.verdicts.rules import conventions, libraries, words
from archpip.verdicts.rules.translators import TRANSLATORS


def test_translators_carry_their_sources() -> None:
    assert TRANSLATORS[0].name == "Rosetta 2"
    assert all(one.source.startswith("https://") for one in TRANSLATORS)


def test_words_mean_one_thing_each() -> None:
    texts = [text for table in (words.ARCHITECTURES, words.AMBIGUOUS) for text in table.values()]
    every = " ".join(texts).split()
    assert len(set(every)) == len(every)
    assert "amd64" in words.ARCHITECTURES[Architecture.X86_64].split()
    assert all(text == text.lower() for text in (*every, *words.SYSTEMS.values(), words.GLUED))


def test_habits_are_in_lower_case() -> None:
    endings = (conventions.DATA_SUFFIXES, conventions.LIBRARY_SUFFIXES, conventions.REPAIR_FOLDERS)
    assert all(each == each.lower() for group in endings for each in group)


def test_runtime_names_are_patterns_that_match_themselves() -> None:
    for pattern in (*libraries.WINDOWS_RUNTIME, *libraries.LINUX_RUNTIME):
        assert fnmatch.fnmatchcase(pattern.replace("*", "x").replace("?", "1"), pattern)
