"""Texts that strangers write end in a value or in an error of ours, whatever they hold."""

import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from archpip.errors import LockError, UsageError
from archpip.locking import read_evidence, read_lockfile, read_target
from archpip.resolution import (
    InvalidMetadataError,
    InvalidRequirementError,
    parse_metadata,
    parse_requirement,
    read_requirements_file,
)
from archpip.resolution.demands import DemandBook
from archpip.targets import detect_host, marker_environments

HEADERS = st.sampled_from(
    ["Name", "Version", "Requires-Dist", "Requires-Python", "Dynamic", "Metadata-Version", "X"]
)
REQUIREMENTS = st.text(st.sampled_from("ab1.<>=!~;,'\" []()@:/-_#extra$\\{}\n\t*é"), max_size=60)
LINES = st.lists(
    st.one_of(
        REQUIREMENTS,
        st.sampled_from(
            ["-r x", "-c x", "--hash=sha256:0", "-e .", "--no-binary", "-i", "${A}", "a \\", "#"]
        ),
    ),
    max_size=6,
)
VALUES = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(-3, 3), st.booleans(), st.just("1.0")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)

BOOK = DemandBook(marker_environments(detect_host()))


@given(st.lists(st.tuples(HEADERS, REQUIREMENTS), max_size=8), st.binary(max_size=40))
def test_metadata(headers: list[tuple[str, str]], noise: bytes) -> None:
    content = "\n".join(f"{name}: {value}" for name, value in headers).encode() + noise
    with suppress(InvalidMetadataError):
        metadata = parse_metadata(content)
        BOOK.for_project(metadata.name, metadata.requires)


@given(REQUIREMENTS)
def test_requirements(text: str) -> None:
    with suppress(InvalidRequirementError):
        parse_requirement(text, base=Path("/nowhere"))


@given(LINES, st.binary(max_size=10))
def test_requirements_files(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("requirements")
    (folder / "requirements.txt").write_bytes("\n".join(lines).encode() + noise)
    with suppress(UsageError):
        read_requirements_file("requirements.txt", base=folder, environ={}, fetch=lambda _: b"")


@given(
    st.dictionaries(st.sampled_from(["schema", "target", "requirements", "x"]), VALUES, max_size=3),
    st.dictionaries(
        st.sampled_from(["verdict", "slices", "binaries", "minimum-macos", "overrides"]),
        VALUES,
        max_size=3,
    ),
)
def test_evidence(
    tmp_path_factory: pytest.TempPathFactory, head: dict[str, object], table: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("lock") / "pylock.toml"
    document = {
        "lock-version": "1.0",
        "created-by": "x",
        "packages": [{"name": "a", "directory": {"path": "."}, "tool": {"archpip": table}}],
        "tool": {"archpip": head},
    }
    path.write_text(tomli_w.dumps(document))
    assert tomllib.loads(path.read_text())
    with suppress(LockError):
        pylock = read_lockfile(path)
        read_target(pylock, path=path)
        read_evidence(pylock.packages[0], path=path)
