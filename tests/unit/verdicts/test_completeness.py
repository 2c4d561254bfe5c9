from archpip.architecture import Architecture
from archpip.binaries import UnboundSymbols
from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World

MODULE = "uamqp/c_uamqp.cpython-311-darwin.so"


def _hollow(count: int, *examples: str, provider: str | None = None) -> UnboundSymbols:
    return UnboundSymbols(
        count=count, examples=examples, counterpart=Architecture.X86_64, provider=provider
    )


def test_hollow_slice_is_wrong_for_its_architecture_only(world: World) -> None:
    hollow = world.slice("arm64", unbound=_hollow(315, "_amqp_open", "_amqp_send"))
    wheel = world.wheel(world.member(MODULE, "macos", world.slice("x86_64"), hollow))
    verdict = judge(wheel, world.target("macos", "arm64"))
    assert verdict.status is Status.WRONG
    assert verdict.findings[0].message == (
        f"{MODULE}: the arm64 slice leaves 315 symbols unbound that the x86_64 slice defines "
        "(_amqp_open, _amqp_send, …)"
    )
    assert judge(wheel, world.target("macos", "x86_64")).findings == ()


def test_symbols_bound_to_a_bundled_library_by_the_other_slice(world: World) -> None:
    hollow = world.slice("arm64", unbound=_hollow(1, "_PQbackendPID", provider="libpq.5.dylib"))
    wheel = world.wheel(world.member(MODULE, "macos", world.slice("x86_64"), hollow))
    (finding,) = judge(wheel, world.target("macos", "arm64")).findings
    assert (finding.code, finding.slice) == ("AP201", "arm64")
    assert "1 symbol unbound that the x86_64 slice binds to libpq.5.dylib" in finding.message


def test_symbols_that_another_project_exports_are_a_remark(world: World) -> None:
    left = world.slice("arm64", unbound=_hollow(2, "_npy_copysign", "_npy_log1p"))
    wheel = world.wheel(world.member(MODULE, "macos", world.slice("x86_64"), left))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP203": Status.OK}


def test_symbols_of_another_wheels_library_are_a_remark(world: World) -> None:
    provider = "@rpath/libTKBRep.7.8.1.dylib"
    left = world.slice("arm64", unbound=_hollow(47, "_BRepBndLib_Add", provider=provider))
    module = world.member(MODULE, "macos", world.slice("x86_64"), left)
    target = world.target("macos", "arm64")
    (finding,) = judge(world.wheel(module), target).findings
    assert (finding.code, finding.severity) == ("AP203", Status.OK)
    assert "whoever loads libTKBRep.7.8.1.dylib from another wheel exports them" in finding.message
    bundled = world.member("uamqp/.dylibs/libTKBRep.7.8.1.dylib", "macos", "x86_64", "arm64")
    assert world.findings(world.wheel(module, bundled), target) == {"AP201": Status.WRONG}


def test_module_of_another_python_is_not_looked_at(world: World) -> None:
    hollow = world.slice("arm64", unbound=_hollow(315, "_amqp_open"))
    path = "uamqp/c_uamqp.cpython-39-darwin.so"
    module = world.member(path, "macos", world.slice("x86_64"), hollow)
    wheel = world.wheel(module, tags=["cp39.cp311-none-macosx_11_0_universal2"])
    assert world.findings(wheel, world.target("macos", "arm64")) == {}
