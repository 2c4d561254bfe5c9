"""Laws of judging that hold for any wheel: no crash, no finding where everything fits."""

from hypothesis import given, settings
from hypothesis import strategies as st

from archpip.architecture import Architecture, OperatingSystem
from archpip.binaries import BinaryKind, Depth, NeededLibrary, Slice
from archpip.targets import Target
from archpip.verdicts import Status, judge
from archpip.wheels import BinaryMember
from tests.unit.verdicts.builder import World

WORLD = World()
WORDS = ("pkg", "lib", "x64", "arm64", "linux", "darwin", "win32", "tests", "pkg.libs", "_a", "b-c")
ENDINGS = (
    ".so",
    ".so.1",
    ".dylib",
    ".dll",
    ".exe",
    "",
    ".node",
    ".pyd",
    ".abi3.so",
    ".cpython-311-darwin.so",
    ".cp311-win_amd64.pyd",
    ".cpython-39-x86_64-linux-gnu.so",
)
TARGETS = tuple(
    WORLD.target(system, architecture)
    for system in ("linux", "macos", "windows")
    for architecture in ("x86_64", "arm64")
)
NEEDED = ("@rpath/liba.dylib", "libb.so.1", "KERNEL32.dll", "/usr/lib/libz.dylib", "@loader_path/x")

paths = st.builds(
    lambda folders, stem, ending: "/".join((*folders, stem + ending)),
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.sampled_from(("lib", "liba", "_core", "tool_x86_64", "x32", "attach_arm64")),
    st.sampled_from(ENDINGS),
)
slices = st.builds(
    Slice,
    architecture=st.sampled_from((*Architecture, None)),
    machine=st.just("machine"),
    kind=st.sampled_from((*BinaryKind, None)),
    bits=st.sampled_from((32, 64)),
    needed=st.lists(
        st.builds(NeededLibrary, name=st.sampled_from(NEEDED), weak=st.booleans()), max_size=2
    ).map(tuple),
    run_paths=st.lists(st.sampled_from(("$ORIGIN", "@loader_path/..", "/opt")), max_size=2).map(
        tuple
    ),
    depth=st.sampled_from(Depth),
)
members = st.builds(
    lambda path, system, parts: WORLD.member(path, system, *parts),
    paths,
    st.sampled_from(("linux", "macos", "windows")),
    st.lists(slices, min_size=1, max_size=3),
)


@given(st.lists(members, max_size=6, unique_by=lambda one: one.path), st.sampled_from(TARGETS))
@settings(max_examples=400, deadline=None)
def test_any_wheel_is_judged_by_its_worst_finding(
    binaries: list[BinaryMember], target: Target
) -> None:
    verdict = judge(WORLD.any_wheel(*binaries), target)
    ranks = [finding.weight.rank for finding in verdict.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert verdict.status.rank == max(ranks, default=0)
    assert all(finding.member in {one.path for one in binaries} for finding in verdict.findings)


@given(st.lists(paths, max_size=6, unique=True), st.sampled_from(TARGETS))
@settings(max_examples=200, deadline=None)
def test_where_every_binary_fits_nothing_is_wrong(names: list[str], target: Target) -> None:
    system = str(target.operating_system)
    architecture = str(target.architectures[0])
    wheel = WORLD.any_wheel(*(WORLD.member(path, system, architecture) for path in names))
    assert judge(wheel, target).status in {Status.OK, Status.DEGRADED}
    # Only a module under a suffix of another machine can be missed there.
    plain = [path for path in names if not path.endswith(".pyd") and ".cpython-" not in path]
    fitting = WORLD.any_wheel(*(WORLD.member(path, system, architecture) for path in plain))
    assert judge(fitting, target).findings == ()


@given(st.lists(members, max_size=5, unique_by=lambda one: one.path), st.sampled_from(TARGETS))
@settings(max_examples=200, deadline=None)
def test_what_is_plainly_for_another_system_changes_nothing(
    binaries: list[BinaryMember], target: Target
) -> None:
    other = (
        ("macos", "other/macos-arm64/libforeign.dylib", "arm64")
        if target.operating_system is not OperatingSystem.MACOS
        else ("windows", "other/win-x64/foreign.dll", "x86_64")
    )
    foreign = WORLD.member(other[1], other[0], other[2])
    before = judge(WORLD.any_wheel(*binaries), target)
    after = judge(WORLD.any_wheel(*binaries, foreign), target)
    assert after.status.rank <= before.status.rank
