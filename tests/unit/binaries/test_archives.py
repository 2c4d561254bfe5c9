import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat, BinaryKind, Depth
from fake_index.binaries import Archive, CoffObject, write_binary
from fake_index.elf import Elf, ElfKind, write_elf
from fake_index.macho import MachO, MachOKind, write_macho
from tests.unit.binaries.reads import read, read_prefix, read_slice

ELF = write_elf(Elf(machine="aarch64", kind=ElfKind.OBJECT))
MACHO = write_macho(MachO(architecture="arm64", kind=MachOKind.OBJECT))
COFF = write_binary(CoffObject(machine="amd64"))
# What a Windows import library holds for each function: IMPORT_OBJECT_HEADER and two names.
IMPORT = b"\0\0\xff\xff\0\0\x64\xaa" + bytes(12) + b"function\0library.dll\0"


@pytest.mark.parametrize(
    ("member", "architecture"),
    [
        (ELF, Architecture.ARM64),
        (MACHO, Architecture.ARM64),
        (COFF, Architecture.X86_64),
        (IMPORT, Architecture.ARM64),
    ],
    ids=["elf", "mach-o", "coff", "import-library"],
)
def test_the_first_object_names_the_machine(member: bytes, architecture: Architecture) -> None:
    content = write_binary(
        Archive(members=(("", bytes(101)), ("/", b"a_long_name.o/\n"), ("a.o", member)))
    )
    binary = read(content)
    (one,) = binary.slices
    assert binary.format is BinaryFormat.ARCHIVE
    assert one.architecture is architecture
    assert one.kind is BinaryKind.OBJECT
    assert one.depth is Depth.SYMBOLS
    assert (one.offset, one.size_bytes) == (0, len(content))


def test_bsd_writes_long_names_in_front_of_the_content() -> None:
    name = b"a_rather_long_name.o".ljust(24, b"\0")
    header = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (b"#1/24", 0, 0, 0, b"644", 24 + len(MACHO))
    assert read_slice(b"!<arch>\n" + header + name + MACHO).architecture is Architecture.ARM64


@pytest.mark.parametrize(
    "content",
    [
        b"!<arch>\n",
        b"!<thin>\n" + bytes(60),
        b"!<arch>\n" + b"x" * 60 + b"no number where the size was",
        write_binary(Archive(members=(("a.txt", b"text"),))),
        write_binary(Archive(members=(("a.o", ELF),)))[:90],
        write_binary(Archive(members=(("a.o", b"\x7fELF\x09\x09" + bytes(60)),))),
    ],
    ids=["empty", "thin", "no-size", "no-object", "cut", "damaged-object"],
)
def test_an_archive_that_names_no_machine_is_an_archive_all_the_same(content: bytes) -> None:
    one = read_slice(content)
    assert one.architecture is None
    assert one.kind is BinaryKind.OBJECT


def test_a_prefix_that_ends_before_the_first_object_is_enough() -> None:
    content = write_binary(Archive(members=(("/", bytes(9000)), ("a.o", ELF))))
    assert read_prefix(content, 200, Depth.LINKS).slices[0].architecture is None


def test_an_archive_of_countless_tables_is_given_up() -> None:
    content = write_binary(Archive(members=(("t", b"no"),) * 100 + (("a.o", ELF),)))
    assert read_slice(content).architecture is None
