"""The grid of several targets, over resolutions of a world in memory."""

from collections.abc import Callable

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version
from rich.console import Console

from archpip.architecture import Architecture, OperatingSystem
from archpip.reports.grid import Grid, grid_to_list, make_grid, render_grid, render_html
from archpip.resolution import ProjectSelection, ResolveOptions, resolve_together
from tests.unit.resolution.conftest import condemn
from tests.unit.resolution.fake_world import FakeWorld, make_target, wanted

__all__ = ["condemn"]

MACOS = make_target(OperatingSystem.MACOS, Architecture.ARM64)
LINUX = make_target(OperatingSystem.LINUX, Architecture.ARM64)
MAC_TAG = "cp311-cp311-macosx_11_0_arm64"
FAT_TAG = "cp311-cp311-macosx_11_0_universal2"
LINUX_TAG = "cp311-cp311-manylinux_2_17_aarch64"


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


def grid_of(world: FakeWorld, *texts: str, options: ResolveOptions | None = None) -> Grid:
    return make_grid(
        resolve_together(wanted(*texts), targets=(MACOS, LINUX), world=world, options=options)
    )


def words(grid: Grid) -> dict[str, list[str]]:
    return {name: [str(cell) for cell in cells] for name, cells in grid.rows}


def test_each_cell_says_what_the_project_is_installed_from(world: FakeWorld) -> None:
    world.add("pure-1.0-py3-none-any.whl", requires=["mac; sys_platform == 'darwin'"])
    world.add("mac-1.0-py3-none-any.whl")
    world.add(f"fat-1.0-{FAT_TAG}.whl")
    world.add("fat-1.0.tar.gz")

    grid = grid_of(world, "pure", "fat")

    assert words(grid) == {
        "fat": ["universal2", "source"],
        "mac": ["wheel", "—"],
        "pure": ["wheel", "wheel"],
    }
    assert [name for name, _ in grid.odd_rows] == ["fat"]


def test_an_older_version_is_marked_with_the_reason(
    world: FakeWorld, condemn: Callable[..., None]
) -> None:
    for version in ("2.0", "1.0"):
        world.add(f"a-{version}-{MAC_TAG}.whl")
    condemn(world.add(f"a-2.0-{LINUX_TAG}.whl"))
    world.add(f"a-1.0-{LINUX_TAG}.whl")

    grid = grid_of(world, "a", options=ResolveOptions(formats=wheels_only()))

    assert words(grid) == {"a": ["wheel", "wheel, older"]}
    assert list(grid.reasons) == [
        ("a", "linux-aarch64", f"a-2.0-{LINUX_TAG}.whl: AP201: its arm64 slice is hollow")
    ]


def test_what_was_refused_before_is_a_reason_while_its_version_is_kept(world: FakeWorld) -> None:
    world.add("a-1.0-py3-none-any.whl")
    answer = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world)
    refused = f"a-2.0-{LINUX_TAG}.whl: AP201: its arm64 slice is hollow"
    name = canonicalize_name("a")

    kept = make_grid(answer, {"linux-aarch64": {(name, Version("1.0")): (refused,)}})
    other = make_grid(answer, {"linux-aarch64": {(name, Version("0.9")): (refused,)}})

    assert words(kept) == {"a": ["wheel", "wheel, older"]}
    assert list(kept.reasons) == [("a", "linux-aarch64", refused)]
    assert not list(other.reasons)


def wheels_only() -> ProjectSelection:
    return ProjectSelection().choose_first(":all:")


def test_the_drawing_shows_odd_rows_and_counts_the_rest(world: FakeWorld) -> None:
    world.add("pure-1.0-py3-none-any.whl")
    world.add(f"fat-1.0-{FAT_TAG}.whl")
    world.add("fat-1.0.tar.gz")
    grid = grid_of(world, "pure", "fat")

    assert drawn(grid, show_all=False) == [
        "project  macos-arm64     linux-aarch64",
        "fat      1.0 universal2  1.0 source",
        (
            "  fat, linux-aarch64: no wheel of fat 1.0 fits linux-aarch64 with CPython 3.11.4:"
            " its wheels for this Python are for macosx_11_0_universal2"
        ),
        "1 project has a wheel of one version wherever needed",
    ]
    assert "pure     1.0 wheel       1.0 wheel" in drawn(grid, show_all=True)


def drawn(grid: Grid, *, show_all: bool) -> list[str]:
    console = Console(width=250, highlight=False, color_system=None)
    with console.capture() as captured:
        for part in render_grid(grid, show_all=show_all):
            console.print(part)
    return [line.rstrip() for line in captured.get().splitlines()]


def test_the_page_and_the_document_hold_every_cell(world: FakeWorld) -> None:
    world.add("pure-1.0-py3-none-any.whl")

    grid = grid_of(world, "pure")

    assert "<tr><th>pure</th><td>1.0 <span" in render_html(grid)
    assert grid_to_list(grid) == [
        {
            "name": "pure",
            "cells": [
                {
                    "target": target,
                    "from": "wheel",
                    "version": "1.0",
                    "older": False,
                    "reasons": [],
                }
                for target in ("macos-arm64", "linux-aarch64")
            ],
        }
    ]
