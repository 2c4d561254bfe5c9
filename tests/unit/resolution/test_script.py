from pathlib import Path

import pytest

from archpip.resolution import ProjectFileError, read_script

BLOCK = '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["a", "b>1"]\n# ///\n'


def read(folder: Path, content: str | bytes) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    path = folder / "job.py"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = read_script(path, shown="job.py")
    return [requirement.text for requirement in found.requirements], found.pythons


@pytest.mark.parametrize(
    "content",
    [
        BLOCK,
        "#!/usr/bin/env python\n" + BLOCK + "print()\n",
        BLOCK.replace("\n", "\r\n"),
        BLOCK.encode("utf-8-sig"),
        "# /// other\n# x = 1\n# ///\n\n" + BLOCK,
        BLOCK.rstrip("\n"),
    ],
    ids=["alone", "amid", "crlf", "bom", "other-block", "no-last-newline"],
)
def test_the_block_is_found(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == (["a", "b>1"], (("job.py", ">=3.9"),))


def test_a_block_that_says_nothing_asks_for_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "# /// script\n#\n# ///\n") == ([], ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("print()\n", "no `# /// script` block"),
        ("# /// script\n# x = 1\n", "no `# /// script` block"),
        (f"{BLOCK}\n{BLOCK}", "several"),
        ("# /// script\n# x = \n# ///\n", "not TOML"),
        ('# /// script\n# dependencies = "a"\n# ///\n', "not a list"),
        ("# /// script\n# requires-python = 3\n# ///\n", "not a text"),
        (b"\xff\xfe\x00", "cannot be decoded"),
    ],
    ids=["none", "unclosed", "several", "toml", "dependencies", "python", "encoding"],
)
def test_what_is_wrong_is_said(tmp_path: Path, content: str | bytes, reason: str) -> None:
    with pytest.raises(ProjectFileError, match=reason):
        read(tmp_path, content)
