from archpip.binaries import ForeignProcessor
from tests.unit.verdicts.builder import World


def test_managed_assembly_runs_on_any_cpu(world: World) -> None:
    part = world.slice("i686", managed=True)
    wheel = world.any_wheel(world.member("net/runtime/Python.Runtime.dll", "windows", part))
    assert world.findings(wheel, world.target("windows", "arm64")) == {}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


def test_code_for_other_processors_is_data(world: World) -> None:
    gpu = world.member("pkg/kernels.so", "linux", "x86_64")
    part = gpu.binary.slices[0]
    cubin = world.slice(None)
    foreign = type(part)(
        architecture=None,
        machine="EM_CUDA",
        foreign=ForeignProcessor.NVIDIA_GPU,
        kind=part.kind,
        bits=64,
    )
    wheel = world.any_wheel(
        world.member("pkg/kernel.cubin", "linux", foreign),
        world.member("pkg/firmware/board.elf", "linux", cubin),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {}


def test_test_data_is_not_loaded(world: World) -> None:
    wheel = world.any_wheel(
        world.member("delocate/tests/data/liba.dylib", "macos", "x86_64"),
        world.member("delocate/tests/data/liba.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}
