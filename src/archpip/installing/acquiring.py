"""Download or build the wheels of pins, and judge them again from their bytes.

Facts that the resolver read by ranges are not relied on here: the file to be installed is opened.
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archpip.errors import BuildError, FuseError
from archpip.fusing import fuse_wheels
from archpip.index import Link
from archpip.installing.errors import NeitherFusedNorBuiltError, WrongArchitectureError
from archpip.installing.model import VerifiedWheel
from archpip.owned_folders import owned_folder
from archpip.resolution import LinkKind, Pin
from archpip.targets import Target
from archpip.verdicts import Policy, Verdict, judge
from archpip.wheels import inspect_wheel, open_wheel

_WORKERS = 8
"""Downloads at once: with more, one disk and one network gain nothing."""


class Workshop(Struct, frozen=True, kw_only=True):
    """The functions that download and build; supplied by `app`."""

    download: Callable[[Link, Path], Path]
    """Downloads a link's file into a folder, and verifies its hash."""
    build: Callable[[Pin, Target, Path], Path]
    """Builds a pin's source for a target and returns the wheel; its third argument is a folder."""
    tell: Callable[[str], None] = lambda _: None
    """Called with a sentence when something is done otherwise than resolved."""


def acquire(
    pins: Sequence[Pin],
    *,
    target: Target,
    policy: Policy,
    folder: Path,
    workshop: Workshop,
) -> tuple[VerifiedWheel, ...]:
    """Download or build every pin's wheel, and verify it.

    Args:
        pins: The pins.
        target: The machine that the wheels must run on.
        policy: Which verdicts are refused.
        folder: The folder for downloads; it is created.
        workshop: Downloads and builds.

    Returns:
        One wheel for each pin, in the order of the pins.

    Raises:
        WrongArchitectureError: A file's bytes are refused.
        IndexAccessError: A file cannot be fetched.
        BuildError: A source cannot be built for the target.
        FuseError: Two thin wheels do not fuse, and there is no sdist to build instead.
        NeitherFusedNorBuiltError: They do not fuse, and their sdist cannot be built.
    """
    return tuple(
        iter_acquired(pins, target=target, policy=policy, folder=folder, workshop=workshop)
    )


def iter_acquired(
    pins: Sequence[Pin],
    *,
    target: Target,
    policy: Policy,
    folder: Path,
    workshop: Workshop,
) -> Generator[VerifiedWheel]:
    """Yield the wheels of `acquire` in its order, each as soon as it and those before it are there.

    The others are downloaded meanwhile. Arguments and errors are those of `acquire`.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def bring(pin: Pin) -> VerifiedWheel:
        if pin.fused_with is not None:
            path = _fuse_or_build(pin, pin.fused_with.link, target, folder, workshop)
        elif pin.kind is LinkKind.WHEEL:
            path = workshop.download(pin.link, folder)
        else:
            path = workshop.build(pin, target, folder)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        verdict = judge_file(path, sha256=sha256, target=target, policy=policy)
        if policy.refuses(verdict):
            raise WrongArchitectureError(filename=path.name, verdict=verdict)
        return VerifiedWheel(pin=pin, path=path, sha256=sha256)

    yield from _in_parallel(bring, pins)


def _fuse_or_build(pin: Pin, other: Link, target: Target, folder: Path, workshop: Workshop) -> Path:
    """Fuse two thin wheels; if they differ too much, build their sdist instead."""
    try:
        return _fuse(pin.link, other, folder, workshop)
    except FuseError as conflict:
        if pin.sdist is None:
            raise
        workshop.tell(f"{conflict}; {pin.name} {pin.version} is built from source instead")
        source = replace(
            pin,
            link=pin.sdist,
            kind=LinkKind.SDIST,
            sha256=pin.sdist.sha256,
            inspection=None,
            verdict=None,
            fused_with=None,
            sdist=None,
        )
        try:
            return workshop.build(source, target, folder)
        except BuildError as failure:
            raise NeitherFusedNorBuiltError(conflict=conflict, failure=failure) from failure


def _fuse(first: Link, second: Link, folder: Path, workshop: Workshop) -> Path:
    """Download two thin wheels, and write the fused wheel into `folder`."""
    with owned_folder() as downloads:
        return fuse_wheels(
            workshop.download(first, downloads),
            workshop.download(second, downloads),
            folder,
        )


def judge_file(path: Path, *, sha256: str, target: Target, policy: Policy) -> Verdict:
    """Judge a wheel on this disk from its own bytes.

    Raises:
        WheelError: It cannot be opened.
    """
    wheel = open_wheel(path)
    try:
        inspection, _ = inspect_wheel(wheel, sha256=sha256)
    finally:
        wheel.close()
    return judge(inspection, target, policy)


def _in_parallel(
    bring: Callable[[Pin], VerifiedWheel], pins: Iterable[Pin]
) -> Generator[VerifiedWheel]:
    """Acquire all concurrently; the first failure cancels those not started."""
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="acquire") as workers:
        futures = [workers.submit(bring, pin) for pin in pins]
        waiting = set(futures)
        try:
            for future in futures:
                while not future.done():
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for each in done:
                        each.result()
                yield future.result()
        except BaseException:  # also where the caller stops early
            workers.shutdown(wait=True, cancel_futures=True)
            raise
