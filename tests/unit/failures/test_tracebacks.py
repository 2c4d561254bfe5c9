"""What stands around a message in tracebacks and logs."""

import time

import pytest

from archpip.failures import Complaint, read_suspects

# What stands around a message in logs: `%s` is the message.
SURROUNDINGS = (
    "\x1b[1;35mImportError\x1b[0m: \x1b[35m%s\x1b[0m",  # CPython 3.13 with FORCE_COLOR
    "\x1b[1m\x1b[31mE   ImportError: %s\x1b[0m",  # pytest --color=yes
    "web-1  | ImportError: %s",
    "#12 0.345 ImportError: %s",
    "2026-05-01T10:00:00.123Z stderr F ImportError: %s",
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': %s",
    '{"errorMessage": "%s", "errorType": "ImportError"}',
    "\x1b]8;;https://example.org\x1b\\ImportError: %s\x1b]8;;\x1b\\",
)


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_messages_are_understood_in_logs(surroundings: str) -> None:
    text = surroundings.replace("%s", "/v/x.so: wrong ELF class: ELFCLASS32")

    (found,) = read_suspects(text)

    assert (found.complaint, found.path) == (Complaint.WRONG_ARCHITECTURE, "/v/x.so")
    assert found.message.isprintable()


@pytest.mark.parametrize(
    "frame",
    [
        '2026-05-01T10:00:00Z   File "/v/pkg/__init__.py", line 3, in <module>',
        '  File \x1b[35m"/v/pkg/__init__.py"\x1b[0m, line \x1b[35m3\x1b[0m, in <module>',
        '    "  File \\"/v/pkg/__init__.py\\", line 3, in handler\\n    import x\\n",',
        '  File \\"\\\\v\\\\pkg\\\\__init__.py\\", line 3',
    ],
)
def test_who_imports_is_read_in_logs(frame: str) -> None:
    (found,) = read_suspects(f"{frame}\nModuleNotFoundError: No module named '_x'")

    assert found.importer == "/v/pkg/__init__.py"


def test_what_is_caught_and_raised_again_is_told_once() -> None:
    text = "/v/x.so: invalid ELF header"

    (found,) = read_suspects(
        f'  File "/v/a.py", line 1, in <module>\nImportError: {text}\n'
        f'  File "/v/b.py", line 1, in <module>\nOriginal error was: {text}\n'
    )

    assert found.message == f"ImportError: {text}"


def test_windows_paths_are_read() -> None:
    (found,) = read_suspects("Exec format error: 'C:\\env\\x.pyd'")

    assert found.path == "C:/env/x.pyd"


@pytest.mark.parametrize(
    "line", ["dlopen(" * 3000 + "a" * 1_000_000, "\x1b[" + "0" * 1_000_000, "\x1b]8" * 500_000]
)
def test_hostile_lines_are_read_at_once(line: str) -> None:
    assert read_suspects(line) == ()


def test_not_all_of_many_hostile_lines_are_read() -> None:
    line = "cannot load library " * 900 + ": error 0x7%s\n"
    begun = time.monotonic()
    read_suspects(line % "f" * 900 + line % "e" * 900)
    assert time.monotonic() - begun < 30  # a tenth of a second for each line that is read


def test_what_says_nothing_of_native_code_is_passed_over() -> None:
    assert read_suspects("ValueError: 3 is not 4\nTypeError: no\n") == ()
