from collections.abc import Callable

import pytest
from msgspec.structs import replace

from archpip.builds import ToolchainFailedError
from archpip.builds.toolchains.recipes import debian_recipe
from archpip.targets import Target

MakeTarget = Callable[..., Target]


def test_the_packages_of_a_toolchain(make_target: MakeTarget, host: Target) -> None:
    recipe = debian_recipe(make_target("linux-aarch64"), host, more_packages=("libpq-dev",))
    assert recipe.host_packages == ("g++-aarch64-linux-gnu", "qemu-user")
    assert recipe.target_packages[:3] == (
        "python3.11-minimal:arm64",
        "libpython3.11-stdlib:arm64",
        "libpython3.11-dev:arm64",
    )
    assert recipe.target_packages[-1] == "libpq-dev:arm64"
    assert (recipe.release.name, recipe.release.glibc) == ("bookworm", (2, 36))
    assert recipe.emulator == "qemu-aarch64"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linux-armv7l", ("g++-arm-linux-gnueabihf", "qemu-arm", "arm-linux-gnueabihf")),
        ("linux-ppc64le", ("g++-powerpc64le-linux-gnu", "qemu-ppc64le", "powerpc64le-linux-gnu")),
        ("linux-s390x", ("g++-s390x-linux-gnu", "qemu-s390x", "s390x-linux-gnu")),
        ("linux-i686", ("g++-i686-linux-gnu", "qemu-i386", "i386-linux-gnu")),
    ],
)
def test_other_machines(
    make_target: MakeTarget, host: Target, name: str, expected: tuple[str, str, str]
) -> None:
    recipe = debian_recipe(make_target(name), host)
    assert (recipe.host_packages[0], recipe.emulator, recipe.multiarch) == expected


def test_the_hosts_x86_64_has_a_hyphen_in_package_names(make_target: MakeTarget) -> None:
    recipe = debian_recipe(make_target("linux-x86_64"), make_target("linux-aarch64"))
    assert recipe.host_packages[0] == "g++-x86-64-linux-gnu"
    assert recipe.host_architecture == "arm64"
    assert recipe.host_libraries == ("usr/lib/aarch64-linux-gnu", "lib/aarch64-linux-gnu")


@pytest.mark.parametrize(
    ("version", "release"),
    [((3, 9, 2), "bullseye"), ((3, 11, 2), "bookworm"), ((3, 13, 5), "trixie")],
)
def test_the_python_chooses_the_release(
    make_target: MakeTarget, host: Target, version: tuple[int, int, int], release: str
) -> None:
    assert debian_recipe(make_target("linux-aarch64", version), host).release.name == release


@pytest.mark.parametrize(
    ("floor", "release"), [((2, 41), "trixie"), ((2, 36), "bookworm"), ((2, 35), "bullseye")]
)
def test_the_compiler_is_one_that_this_machine_can_run(
    make_target: MakeTarget, host: Target, floor: tuple[int, int], release: str
) -> None:
    target = make_target("linux-aarch64", (3, 13, 5))
    assert debian_recipe(target, replace(host, floor=floor)).host_release.name == release


def test_a_python_that_debian_has_not_is_refused(make_target: MakeTarget, host: Target) -> None:
    with pytest.raises(ToolchainFailedError, match=r"Debian has Python 3.9, 3.11, 3.13, not 3.12"):
        debian_recipe(make_target("linux-aarch64", (3, 12, 1)), host)


@pytest.mark.parametrize("name", ["linux-aarch64-musl", "macos-arm64", "windows-amd64"])
def test_what_debian_is_not_made_for_is_refused(
    make_target: MakeTarget, host: Target, name: str
) -> None:
    with pytest.raises(ToolchainFailedError, match="Debian is not made for it"):
        debian_recipe(make_target(name), host)


def test_cross_compilers_run_on_linux(make_target: MakeTarget) -> None:
    with pytest.raises(ToolchainFailedError, match="run on Linux, not on macos-arm64"):
        debian_recipe(make_target("linux-aarch64"), make_target("macos-arm64"))


def test_the_sysroot_takes_the_targets_packages_alone(
    make_target: MakeTarget, host: Target
) -> None:
    recipe = debian_recipe(make_target("linux-aarch64"), host)
    packages = [("libc6-dev", "arm64"), ("media-types", "all"), ("dpkg", "amd64")]
    unpacked = [name for name, port in packages if recipe.unpacks(name, port, into_sysroot=True)]
    assert unpacked == ["libc6-dev", "media-types"]


def test_the_compiler_comes_without_a_c_library(make_target: MakeTarget, host: Target) -> None:
    # Its libc.so names /usr/aarch64-linux-gnu, which is nowhere; the sysroot has its own.
    recipe = debian_recipe(make_target("linux-aarch64"), host)
    packages = [
        ("gcc-12-aarch64-linux-gnu", "amd64"),
        ("libstdc++-12-dev-arm64-cross", "all"),
        ("libc6-dev-arm64-cross", "all"),
        ("linux-libc-dev-arm64-cross", "all"),
        ("libc6", "amd64"),
    ]
    unpacked = [name for name, port in packages if recipe.unpacks(name, port, into_sysroot=False)]
    assert unpacked == ["gcc-12-aarch64-linux-gnu", "libstdc++-12-dev-arm64-cross"]
