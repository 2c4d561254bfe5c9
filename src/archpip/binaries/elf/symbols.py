"""The dynamic symbols of an ELF file.

Source: gABI chapter 4 "Symbol Table" and chapter 5 "Hash Table"; for DT_GNU_HASH, which no standard
describes, glibc's `elf/dl-lookup.c`.
"""

from array import array
from collections.abc import Iterator
from itertools import islice

from archpip.architecture import Architecture
from archpip.binaries.elf.header import find_section
from archpip.binaries.elf.image import DT_GNU_HASH, DT_HASH, DT_SYMTAB, DynamicTable
from archpip.binaries.errors import MalformedBinaryError
from archpip.binaries.limits import MAX_SYMBOLS, check_limit
from archpip.binaries.names import find_names
from archpip.binaries.symbols import SymbolTable

_GLOBAL = 1
_WEAK = 2
_UNIQUE = 10  # STB_GNU_UNIQUE
_HIDDEN = {1, 2}  # STV_INTERNAL, STV_HIDDEN
_SECTION_UNDEFINED = 0
_STEP = 1 << 16
_SHT_DYNSYM = 11

# Words of DT_HASH have four bytes, but eight on 64-bit s390 and alpha, as their supplements say.
_WIDE_HASH_MACHINES = {22, 0x9026}


def read_dynamic_symbols(
    table: DynamicTable, architecture: Architecture | None, *, among: frozenset[bytes] | None = None
) -> SymbolTable:
    """Read the defined and undefined symbols of the file; every ELF lookup is flat.

    With `among`, of the defined ones only those names.

    Raises:
        TruncatedBinaryError: A table or a name lies outside the file.
        MalformedBinaryError: An address is loaded by no segment.
        UnsupportedBinaryError: There are more symbols than in any real file.
    """
    defined = array("I")
    wanted = array("I")
    for name, binding, visibility, section in _iter_entries(table):
        if section != _SECTION_UNDEFINED:
            if binding in {_GLOBAL, _WEAK, _UNIQUE} and visibility not in _HIDDEN:
                defined.append(name)
        elif binding == _GLOBAL and name:
            wanted.append(name)
    return SymbolTable(
        architecture=architecture,
        defined=find_names(table.strings, defined, among=among),
        flat=find_names(table.strings, wanted),
    )


def _iter_entries(table: DynamicTable) -> Iterator[tuple[int, int, int, int]]:
    """Yield the name's offset, binding, visibility and section of each symbol but the null one."""
    address = table.first(DT_SYMTAB)
    if address is None:
        return
    if table.image.header.is_wide:
        layout = table.image.layout("IBBH16x")  # st_name, st_info, st_other, st_shndx, value, size
    else:
        layout = table.image.layout("I8xBBH")  # st_name, value, size, st_info, st_other, st_shndx
    count = _count_symbols(table, address, layout.size)
    check_limit("symbols", count, MAX_SYMBOLS)
    region = table.image.at(address, "dynamic symbols")
    for first in range(0, count, _STEP):
        size = min(_STEP, count - first) * layout.size
        content = region.read(first * layout.size, size, "dynamic symbols")
        for name, info, other, section in islice(layout.iter_unpack(content), not first, None):
            yield name, info >> 4, other & 3, section


def _count_symbols(table: DynamicTable, symbols_address: int, symbol_size: int) -> int:
    """Return the number of symbols, which is not in the dynamic table.

    It is taken from the section, if there are sections, else from the hash table. A DT_GNU_HASH
    that hashes nothing, as in a program that exports nothing, does not count undefined symbols.
    """
    section = find_section(table.image.file, table.image.header, _SHT_DYNSYM)
    if section is not None and section.address == symbols_address:
        return section.size // symbol_size
    if (address := table.first(DT_HASH)) is not None:
        wide = table.image.header.is_wide and table.image.header.machine in _WIDE_HASH_MACHINES
        layout = table.image.layout("2Q" if wide else "2I")
        _, chain_count = table.image.at(address, "DT_HASH").unpack(layout, 0, "DT_HASH")
        return chain_count  # each symbol has one
    if (address := table.first(DT_GNU_HASH)) is not None:
        return _count_by_gnu_hash(table, address)
    return 0


def _count_by_gnu_hash(table: DynamicTable, address: int) -> int:
    """Find the last symbol: the end of the chain that begins last.

    Symbols before `first_hashed`, which are the undefined ones, are in no chain.
    """
    what = "DT_GNU_HASH"
    region = table.image.at(address, what)
    header = table.image.layout("4I")
    bucket_count, first_hashed, bloom_size, _ = region.unpack(header, 0, what)
    check_limit("hash buckets", max(bucket_count, bloom_size), MAX_SYMBOLS)
    buckets_offset = header.size + bloom_size * table.image.header.bits // 8
    buckets = region.unpack(table.image.layout(f"{bucket_count}I"), buckets_offset, what)
    last = max(buckets, default=0)
    if last < first_hashed:
        return first_hashed
    chains_offset = buckets_offset + 4 * bucket_count
    word = table.image.layout("I")
    while last - first_hashed < MAX_SYMBOLS:
        offset = chains_offset + 4 * (last - first_hashed)
        if region.unpack(word, offset, what)[0] & 1:
            return last + 1
        last += 1
    raise MalformedBinaryError(what=what, offset=region.start, reason="has a chain without an end")
