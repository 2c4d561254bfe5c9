"""Wheels of thousands of binaries are judged without comparing each with all others."""

import time
from collections.abc import Callable

import pytest

from archpip.verdicts import judge
from archpip.wheels import Inspection
from tests.unit.verdicts.builder import World

MANY = 3000
"""A tenth of what a wheel may have; each pair costs microseconds."""

MODULE = ".cpython-311-x86_64-linux-gnu.so"


def libraries_that_need_each_other(world: World) -> Inspection:
    needing = [world.slice("x86_64", needed=["libx.so", "libx.so"])]
    return world.any_wheel(
        *(world.member(f"d{number}/libx.so", "linux", *needing) for number in range(MANY))
    )


def libraries_beside_modules(world: World) -> Inspection:
    modules = [world.member(f"p/m{number}{MODULE}", "linux", "x86_64") for number in range(MANY)]
    libraries = [world.member(f"p/lib{number}.so", "linux", "arm64") for number in range(MANY)]
    return world.any_wheel(*modules, *libraries)


def libraries_of_two_systems(world: World) -> Inspection:
    numbers = range(2 * MANY)
    own = [world.member(f"linux/lib{number}q.so", "linux", "arm64") for number in numbers]
    others = [world.member(f"win/z{number}.dll", "windows", "x86_64") for number in numbers]
    return world.any_wheel(*own, *others)


def modules_in_folders_of_path_files(world: World) -> Inspection:
    folders = [f"d{number}" for number in range(MANY)]
    modules = [world.member(f"{folder}/m{MODULE}", "linux", "x86_64") for folder in folders]
    return world.wheel(*modules, path_folders=folders)


def libraries_times_run_paths(world: World) -> Inspection:
    names = [f"lib{number}.so" for number in range(2000)]
    run_paths = [f"$ORIGIN/{number}" for number in range(500)]
    needing = world.slice("x86_64", needed=names, run_paths=run_paths)
    own = world.member(f"p/m{MODULE}", "linux", needing)
    return world.any_wheel(own, *(world.member(name, "linux", "x86_64") for name in names))


@pytest.mark.parametrize(
    "make",
    [
        libraries_times_run_paths,
        libraries_that_need_each_other,
        libraries_beside_modules,
        libraries_of_two_systems,
        modules_in_folders_of_path_files,
    ],
)
def test_many_binaries_are_judged_in_seconds(
    world: World, make: Callable[[World], Inspection]
) -> None:
    wheel, target = make(world), world.target("linux", "x86_64")
    begun = time.process_time()

    judge(wheel, target)

    assert time.process_time() - begun < 4
