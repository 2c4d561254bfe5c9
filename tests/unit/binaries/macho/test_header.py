import pytest

from archpip.binaries import BinaryKind, Depth, TruncatedBinaryError
from fake_index.macho import FILE_TYPES, MACHINES, MachO, MachOKind, write_macho
from tests.unit.binaries.reads import patched, read, read_slice


@pytest.mark.parametrize("big_endian", [False, True], ids=["little", "big"])
@pytest.mark.parametrize("name", MACHINES)
def test_each_machine_in_either_byte_order(name: str, *, big_endian: bool) -> None:
    content = write_macho(MachO(architecture=name, big_endian=big_endian, minimum_os=(12, 3, 0)))
    one = read_slice(content)
    assert one.big_endian is big_endian
    assert one.bits == MACHINES[name].bits
    assert one.minimum_os == (12, 3, 0)
    assert not read(content).fat


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (MachOKind.OBJECT, BinaryKind.OBJECT),
        (MachOKind.EXECUTE, BinaryKind.EXECUTABLE),
        (MachOKind.DYLIB, BinaryKind.LIBRARY),
        (MachOKind.BUNDLE, BinaryKind.BUNDLE),
    ],
)
def test_the_file_type_is_the_kind(kind: MachOKind, expected: BinaryKind) -> None:
    content = write_macho(MachO(architecture="arm64", kind=kind))
    assert read_slice(content, Depth.HEADERS).kind is expected


def test_debug_symbols_and_what_else_is_not_loaded_are_another_kind() -> None:
    content = write_macho(MachO(architecture="arm64"))
    for file_type in set(range(15)) - set(FILE_TYPES.values()):
        other = patched(content, 12, bytes([file_type]))
        assert read_slice(other, Depth.HEADERS).kind is BinaryKind.OTHER


@pytest.mark.parametrize("length", range(4, 28))
def test_a_cut_header_is_truncated(length: int) -> None:
    content = write_macho(MachO(architecture="arm64"))
    with pytest.raises(TruncatedBinaryError, match="Mach-O header"):
        read_slice(content[:length], Depth.HEADERS)
