from pathlib import Path

import pytest

from archpip.locking import InvalidLockfileError, PreferencesError, read_preferences


def read(folder: Path, name: str, content: str) -> dict[str, str]:
    path = folder / name
    path.write_text(content)
    return {project: str(version) for project, version in read_preferences(path).items()}


def test_of_several_versions_the_newest_is_preferred(tmp_path: Path) -> None:
    packages = "".join(f'[[package]]\nname = "a"\nversion = "{v}"\n' for v in ("1.0", "2.0", "1.5"))
    assert read(tmp_path, "uv.lock", packages) == {"a": "2.0"}


def test_what_pins_nothing_is_passed_over(tmp_path: Path) -> None:
    content = """\
-r other.txt
# a==9
a==1.0 \\
    --hash=sha256:00
B[x]===2.0 ; python_version > "3"  # why
c>=3
d==1.*
e @ https://example.org/e.whl
f==not-a-version
"""
    assert read(tmp_path, "requirements.txt", content) == {"a": "1.0", "b": "2.0"}


def test_a_version_without_end_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, "r.txt", f"a=={'9' * 5000}\nb==1\n") == {"b": "1"}


def test_a_project_of_the_folder_itself_has_no_version(tmp_path: Path) -> None:
    content = '[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "me"\n'
    assert read(tmp_path, "poetry.lock", content) == {"a": "1"}


@pytest.mark.parametrize(
    ("name", "content", "error", "match"),
    [
        ("uv.lock", "[[package", PreferencesError, "not TOML"),
        ("requirements.txt", "a\n", PreferencesError, "pins no version"),
        ("pylock.toml", "x = 1\n", InvalidLockfileError, "lock-version"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, name: str, content: str, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        read(tmp_path, name, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PreferencesError, match=r"gone\.lock: No such file"):
        read_preferences(tmp_path / "gone.lock")
