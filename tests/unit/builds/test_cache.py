import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.builds import BuilderChoice, BuildSettings, Interpreter, Patch, Toolchain
from archpip.builds.cache import BuiltWheelCache, build_key
from archpip.builds.plan import BuildTools
from archpip.targets import Target

Key = Callable[..., str]


@pytest.fixture(name="key")
def _key(make_target: Callable[..., Target], interpreter: Interpreter, toolchain: Toolchain) -> Key:
    tools = BuildTools(interpreters=(interpreter,), toolchains=(toolchain,))

    def key(**changes: object) -> str:
        content: dict[str, object] = {
            "sdist_sha256": "ab" * 32,
            "target": make_target("linux-aarch64"),
            "choice": BuilderChoice.AUTO,
            "settings": BuildSettings(),
            "tools": tools,
            "subdirectory": None,
            "uploaded_before": None,
        }
        return build_key(**{**content, **changes})  # type: ignore[arg-type]  # a test names them

    return key


def test_the_same_build_has_the_same_key(key: Key) -> None:
    assert key() == key()
    assert len(key()) == 64


def test_whatever_changes_the_wheel_changes_the_key(
    key: Key, make_target: Callable[..., Target], interpreter: Interpreter
) -> None:
    patch = Patch(path=Path("a.patch"), sha256="cd" * 32)
    others = [
        key(sdist_sha256="cd" * 32),
        key(target=make_target("linux-x86_64")),
        key(target=make_target("linux-aarch64", floor=(2, 17))),
        key(target=make_target("linux-aarch64", (3, 12, 0))),
        key(choice=BuilderChoice.ZIG),
        key(settings=BuildSettings(environment=(("A", "1"),))),
        key(settings=BuildSettings(config_settings=(("a", ("1",)),))),
        key(settings=BuildSettings(build_requires=("cython",))),
        key(settings=BuildSettings(patches=(patch,))),
        key(tools=BuildTools(interpreters=(interpreter,))),
        key(subdirectory="python"),
        key(uploaded_before=datetime(2021, 6, 1, tzinfo=UTC)),
        key(uploaded_before=datetime(2021, 6, 2, tzinfo=UTC)),
        key(uploaded_before_of=(("a", datetime(2021, 6, 2, tzinfo=UTC)),)),
        key(constraints=("setuptools<81",)),
    ]
    assert len({key(), *others}) == len(others) + 1


def test_what_does_not_change_the_wheel_does_not_change_the_key(key: Key) -> None:
    assert key(settings=BuildSettings(approved=True, allow_pure=True)) == key()
    one = Patch(path=Path("a/x.patch"), sha256="cd" * 32)
    moved = replace(one, path=Path("b/y.patch"))
    assert key(settings=BuildSettings(patches=(one,))) == key(
        settings=BuildSettings(patches=(moved,))
    )


def test_a_wheel_is_found_under_its_key_alone(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "cache")
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"built")
    kept = cache.put("one", wheel)
    assert kept.read_bytes() == b"built"
    assert cache.find("one") == kept
    assert cache.find("two") is None
    assert not wheel.exists()


def test_the_first_of_two_equal_builds_stays(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "cache")
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"first")
    kept = cache.put("one", wheel)
    wheel.write_bytes(b"second")
    assert cache.put("one", wheel) == kept
    assert kept.read_bytes() == b"first"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["one"]


def test_another_name_for_what_is_kept_is_not_taken(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "cache")
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.write_bytes(b"first")
    kept = cache.put("one", wheel)
    other = tmp_path / "a-1-1-py3-none-any.whl"
    other.write_bytes(b"second")
    assert cache.put("one", other) == kept


def test_what_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "cache")
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.touch()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "one").touch()
    with pytest.raises(OSError, match="one"):
        cache.put("one", wheel)


def test_many_builders_of_the_same_keep_one_whole_wheel(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "cache")
    contents = [bytes([number]) * 100_000 for number in range(8)]

    def put(number: int) -> bytes:
        wheel = tmp_path / str(number) / f"a-1-{number}-py3-none-any.whl"
        wheel.parent.mkdir()
        wheel.write_bytes(contents[number])
        return cache.put("one", wheel).read_bytes()

    with ThreadPoolExecutor(len(contents)) as builders:
        found = set(builders.map(put, range(len(contents))))

    assert len(found) == 1
    assert found < set(contents)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["one"]


def test_a_forgotten_wheel_is_built_again(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "cache")
    wheel = tmp_path / "a-1-py3-none-any.whl"
    wheel.touch()
    cache.put("one", wheel)
    cache.forget("one")
    assert cache.find("one") is None


def test_a_wheel_that_no_run_finds_again_goes_a_day_later(tmp_path: Path) -> None:
    cache = BuiltWheelCache(tmp_path / "wheels")

    def put(sha256: str) -> Path:
        wheel = tmp_path / "m-1.0-py3-none-any.whl"
        wheel.write_text(sha256)
        return cache.put_unkeyed(wheel, sha256)

    first = put("aa")
    assert first.exists()
    second = put("bb")
    assert first.exists()
    long_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(first.parent, (long_ago, long_ago))
    third = put("cc")
    assert [path.exists() for path in (first, second, third)] == [False, True, True]
