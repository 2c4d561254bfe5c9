"""The program `keyring`, as it is called."""

import json
import sys
from pathlib import Path

import pytest

from archpip.index.authentication import KeyringCommand

SERVICE = "https://index.example/simple/"


@pytest.mark.parametrize(
    ("known", "username", "found"),
    [
        ([["--mode=creds", "get", SERVICE], "me\np@ss\n"], None, ("me", "p@ss")),
        ([["--mode=creds", "get", SERVICE, "me"], "me\np@ss\n"], "me", ("me", "p@ss")),
        ([["get", SERVICE, "me"], "p@ss\n"], "me", ("me", "p@ss")),
        ([["get", SERVICE, "__token__"], "p@ss\n"], None, ("__token__", "p@ss")),
        ([["get", SERVICE, "me"], "\n"], "me", None),
        ([["get", SERVICE, "you"], "p@ss\n"], "me", None),
    ],
    ids=["anybody", "a user", "an old program", "a token", "an empty password", "a stranger"],
)
def test_program_is_asked_for_who_is_known(
    tmp_path: Path, known: object, username: str | None, found: tuple[str, str] | None
) -> None:
    program = tmp_path / "keyring"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"words, answer = json.loads({json.dumps(known)!r})\n"
        "sys.exit(print(answer, end='') if sys.argv[1:] == words else 1)\n"
    )
    program.chmod(0o755)

    assert KeyringCommand(str(program)).get_auth_info(SERVICE, username) == found
