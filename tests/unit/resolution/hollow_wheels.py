"""Two thin wheels of one version, of which the arm64 one lacks what the other defines."""

from fake_index.binaries import write_binary
from fake_index.macho import MachO, defined, flat

ARM = "demo-1.0-cp311-cp311-macosx_11_0_arm64.whl"
INTEL = "demo-1.0-cp311-cp311-macosx_10_9_x86_64.whl"
PATH = "demo/_sum.cpython-311-darwin.so"


def _contents(filename: str, module: MachO) -> dict[str, bytes]:
    tag = filename.removesuffix(".whl").split("-", 2)[2]
    return {
        PATH: write_binary(module),
        "demo-1.0.dist-info/METADATA": b"Name: demo\n",
        "demo-1.0.dist-info/WHEEL": f"Tag: {tag}\n".encode(),
    }


WHEELS = {
    ARM: _contents(ARM, MachO(architecture="arm64", symbols=(flat("_sum"),), code_bytes=50_000)),
    INTEL: _contents(
        INTEL, MachO(architecture="x86_64", symbols=(defined("_sum"),), code_bytes=900_000)
    ),
}
