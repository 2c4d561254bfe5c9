"""Write an ELF file of either word size and byte order from its description.

Source: System V gABI chapters 4 and 5; the LSB's symbol versioning chapter for `.gnu.version_r`.
"""

import struct
from dataclasses import dataclass

from fake_index.elf.description import MACHINES, Elf, ElfKind, ElfNote
from fake_index.filler import align, filler, pad

ET_REL, ET_EXEC, ET_DYN, ET_CORE = 1, 2, 3, 4
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
SHT_PROGBITS, SHT_STRTAB, SHT_HASH, SHT_DYNAMIC, SHT_NOTE, SHT_DYNSYM = 1, 3, 5, 6, 7, 11
SHT_ARM_ATTRIBUTES = 0x70000003
SHT_GNU_VERNEED = 0x6FFFFFFE
SHT_GNU_VERSYM = 0x6FFFFFFF
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
DT_NULL, DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB = 0, 1, 4, 5, 6
DT_STRSZ, DT_SYMENT, DT_SONAME, DT_RPATH, DT_RUNPATH = 10, 11, 14, 15, 29
DT_VERSYM, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF
VER_FLG_WEAK = 2

FILE_TYPES = {
    ElfKind.OBJECT: ET_REL,
    ElfKind.EXECUTABLE: ET_EXEC,
    ElfKind.SHARED: ET_DYN,
    ElfKind.CORE: ET_CORE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One part of the file between its headers."""

    name: str
    type: int
    content: bytes
    flags: int = SHF_ALLOC
    link: str = ""
    info: int = 0
    alignment: int = 8
    entry_size: int = 0
    segment: int | None = None
    """The `p_type` of a program header of its own."""


class _Strings:
    """A string table that grows; offset 0 is the empty name."""

    def __init__(self) -> None:
        self.content = b"\0"

    def add(self, text: str) -> int:
        """Return where the text begins."""
        encoded = text.encode() + b"\0"
        found = self.content.find(b"\0" + encoded) + 1
        if found:
            return found
        self.content += encoded
        return len(self.content) - len(encoded)


class _Writer:
    """Writes one file: contents first, then where they lie, then the tables that say so."""

    def __init__(self, description: Elf) -> None:
        self._it = description
        self._order = ">" if description.big_endian else "<"
        self._wide = description.bits == 64
        self._word = "Q" if self._wide else "I"
        self._strings = _Strings()
        self._has_dynamic = description.dynamic and description.kind in {
            ElfKind.SHARED,
            ElfKind.EXECUTABLE,
        }

    def _pack(self, fields: str, *values: int | bytes) -> bytes:
        return struct.pack(self._order + fields, *values)

    def write(self) -> bytes:
        """Return the file's bytes."""
        sections = self._sections()
        header_size = 64 if self._wide else 52
        segment_size = 56 if self._wide else 32
        loaded = self._it.kind is not ElfKind.OBJECT
        segments = [part for part in sections if part.segment is not None]
        segment_count = (1 + len(segments)) if loaded else 0
        offsets = self._place(sections, header_size + segment_size * segment_count)
        if self._has_dynamic:
            # The dynamic table's length was known; what it points at is known only now.
            sections[-1] = self._dynamic(offsets)
        end = max(
            (offsets[part.name] + len(part.content) for part in sections), default=header_size
        )
        body = b""
        if loaded:
            body += self._segment(PT_LOAD, 0, end, 5, 0x1000)
            for part in segments:
                start, size = offsets[part.name], len(part.content)
                body += self._segment(part.segment or 0, start, size, 4, part.alignment)
        for part in sections:
            body = body.ljust(offsets[part.name] - header_size, b"\0") + part.content
        table, table_offset, count = self._section_table(sections, offsets, header_size + len(body))
        return self._header(segment_count, table_offset, count) + body + table

    def _header(self, segments: int, section_offset: int, sections: int) -> bytes:
        it = self._it
        machine = MACHINES[it.machine] if isinstance(it.machine, str) else it.machine
        identity = b"\x7fELF" + bytes(
            [2 if self._wide else 1, 2 if it.big_endian else 1, 1, it.os_abi, *(0,) * 8]
        )
        return identity + self._pack(
            f"HHI3{self._word}I6H",
            FILE_TYPES[it.kind],
            machine,
            1,
            0,
            (64 if self._wide else 52) if segments else 0,
            section_offset,
            it.flags,
            64 if self._wide else 52,
            (56 if self._wide else 32) if segments else 0,
            segments,
            (64 if self._wide else 40) if sections else 0,
            sections,
            max(sections - 1, 0),
        )

    def _segment(self, number: int, offset: int, size: int, flags: int, alignment: int) -> bytes:
        address = self._it.load_address + offset
        if self._wide:
            return self._pack(
                "IIQQQQQQ", number, flags, offset, address, address, size, size, alignment
            )
        return self._pack("8I", number, offset, address, address, size, size, flags, alignment)

    @staticmethod
    def _place(sections: list[_Section], start: int) -> dict[str, int]:
        offsets = {}
        for part in sections:
            start = align(start, part.alignment)
            offsets[part.name] = start
            start += len(part.content)
        return offsets

    def _sections(self) -> list[_Section]:
        """Return the contents in file order; `.dynamic` is last, with the right length only."""
        it = self._it
        sections = []
        if it.interpreter is not None:
            content = it.interpreter.encode() + b"\0"
            sections.append(
                _Section(
                    name=".interp",
                    type=SHT_PROGBITS,
                    content=content,
                    alignment=1,
                    segment=PT_INTERP,
                )
            )
        if it.notes:
            content = b"".join(self._note(note) for note in it.notes)
            sections.append(
                _Section(name=".note", type=SHT_NOTE, content=content, alignment=4, segment=PT_NOTE)
            )
        code = filler(it.code_bytes, str(it.machine))
        flags = SHF_ALLOC | SHF_EXECINSTR
        sections.append(
            _Section(name=".text", type=SHT_PROGBITS, content=code, flags=flags, alignment=16)
        )
        if it.arm_hard_float is not None:
            sections.append(self._arm_attributes(hard=it.arm_hard_float))
        if self._has_dynamic:
            sections.extend(self._dynamic_sections())
        return sections

    def _note(self, note: ElfNote) -> bytes:
        owner = note.owner.encode() + b"\0"
        head = self._pack("III", len(owner), len(note.payload), note.number)
        return head + pad(owner, 4) + pad(note.payload, 4)

    def _arm_attributes(self, *, hard: bool) -> _Section:
        """Write build attributes (Addenda to the ABI for the Arm Architecture, §2.2)."""
        tags = b"\x06\x0a" + (b"\x1c\x01" if hard else b"")  # CPU_arch v7; ABI_VFP_args
        file_tags = b"\x01" + self._pack("I", 5 + len(tags)) + tags
        vendor = b"aeabi\0" + file_tags
        content = b"A" + self._pack("I", 4 + len(vendor)) + vendor
        return _Section(
            name=".ARM.attributes", type=SHT_ARM_ATTRIBUTES, content=content, flags=0, alignment=1
        )

    def _dynamic_sections(self) -> list[_Section]:
        it = self._it
        symbols = self._symbol_table()
        needs = self._version_needs()
        placeholder = self._dynamic({})  # also puts every name into the string table
        sections = [
            _Section(
                name=".dynsym",
                type=SHT_DYNSYM,
                content=symbols,
                link=".dynstr",
                info=1,
                entry_size=24 if self._wide else 16,
            ),
            self._hash(),
            _Section(name=".dynstr", type=SHT_STRTAB, content=self._strings.content, alignment=1),
        ]
        if it.version_needs:
            # Every symbol is given the base version: which symbol wants which is not our matter.
            versions = self._pack(f"{1 + len(it.symbols)}H", 0, *(1,) * len(it.symbols))
            sections += [
                _Section(
                    name=".gnu.version",
                    type=SHT_GNU_VERSYM,
                    content=versions,
                    link=".dynsym",
                    alignment=2,
                    entry_size=2,
                ),
                _Section(
                    name=".gnu.version_r",
                    type=SHT_GNU_VERNEED,
                    content=needs,
                    link=".dynstr",
                    info=len(it.version_needs),
                ),
            ]
        return [*sections, placeholder]

    def _symbol_table(self) -> bytes:
        entries = [bytes(24 if self._wide else 16)]
        for symbol in self._it.symbols:
            name = self._strings.add(symbol.name)
            info = (2 if symbol.weak else 1) << 4 | 2  # STB_WEAK or STB_GLOBAL, STT_FUNC
            # Defined symbols stand in the first section, at an address nobody calls.
            section, value = (1, self._it.load_address + 0x40) if symbol.defined else (0, 0)
            if self._wide:
                entries.append(self._pack("IBBHQQ", name, info, 0, section, value, 0))
            else:
                entries.append(self._pack("IIIBBH", name, value, 0, info, 0, section))
        return b"".join(entries)

    def _hash(self) -> _Section:
        """Write DT_HASH with one bucket: it tells readers without sections how many symbols are.

        Words are four bytes, but eight on 64-bit s390 and alpha, as their supplements have it.
        """
        count = 1 + len(self._it.symbols)
        chain = [0, *range(2, count), 0][:count]
        word = "Q" if self._wide and self._it.machine in {"s390", "alpha"} else "I"
        content = self._pack(f"{3 + count}{word}", 1, count, 1 if count > 1 else 0, *chain)
        return _Section(
            name=".hash",
            type=SHT_HASH,
            content=content,
            link=".dynsym",
            entry_size=struct.calcsize(f"={word}"),
        )

    def _version_needs(self) -> bytes:
        content = b""
        index = 2  # 0 and 1 are local and base
        for need in self._it.version_needs:
            library = self._strings.add(need.library)
            last_library = need is self._it.version_needs[-1]
            size = 16 + 16 * len(need.versions)
            content += self._pack(
                "HHIII", 1, len(need.versions), library, 16, 0 if last_library else size
            )
            for position, version in enumerate(need.versions, start=1):
                content += self._pack(
                    "IHHII",
                    _elf_hash(version),
                    VER_FLG_WEAK if need.weak else 0,
                    index,
                    self._strings.add(version),
                    0 if position == len(need.versions) else 16,
                )
                index += 1
        return content

    def _dynamic(self, offsets: dict[str, int]) -> _Section:
        it, name = self._it, self._strings.add
        entries = [(DT_NEEDED, name(library)) for library in it.needed]
        for tag, text in ((DT_SONAME, it.soname), (DT_RPATH, it.rpath), (DT_RUNPATH, it.runpath)):
            if text is not None:
                entries.append((tag, name(text)))
        address = {part: it.load_address + offset for part, offset in offsets.items()}
        entries += [
            (DT_HASH, address.get(".hash", 0)),
            (DT_STRTAB, address.get(".dynstr", 0)),
            (DT_SYMTAB, address.get(".dynsym", 0)),
            (DT_STRSZ, len(self._strings.content)),
            (DT_SYMENT, 24 if self._wide else 16),
        ]
        if it.version_needs:
            entries += [
                (DT_VERSYM, address.get(".gnu.version", 0)),
                (DT_VERNEED, address.get(".gnu.version_r", 0)),
                (DT_VERNEEDNUM, len(it.version_needs)),
            ]
        entries.append((DT_NULL, 0))
        return _Section(
            name=".dynamic",
            type=SHT_DYNAMIC,
            content=b"".join(self._pack(f"2{self._word}", *entry) for entry in entries),
            flags=SHF_ALLOC | SHF_WRITE,
            link=".dynstr",
            entry_size=16 if self._wide else 8,
            segment=PT_DYNAMIC,
        )

    def _section_table(
        self, sections: list[_Section], offsets: dict[str, int], end: int
    ) -> tuple[bytes, int, int]:
        """Return the names and the table, where the table begins, and how many entries it has."""
        if not self._it.sections:
            return b"", 0, 0
        names = _Strings()
        numbers = {part.name: number for number, part in enumerate(sections, start=1)}
        rows = [bytes(64 if self._wide else 40)]
        for part in sections:
            address = self._it.load_address + offsets[part.name] if part.flags & SHF_ALLOC else 0
            rows.append(
                self._section_row(
                    names.add(part.name),
                    part,
                    address,
                    offsets[part.name],
                    numbers.get(part.link, 0),
                )
            )
        own = names.add(".shstrtab")
        text = _Section(
            name=".shstrtab", type=SHT_STRTAB, content=names.content, flags=0, alignment=1
        )
        rows.append(self._section_row(own, text, 0, end, 0))
        table_offset = align(end + len(names.content), 8)
        return (
            names.content.ljust(table_offset - end, b"\0") + b"".join(rows),
            table_offset,
            len(rows),
        )

    def _section_row(
        self, name: int, part: _Section, address: int, offset: int, link: int
    ) -> bytes:
        return self._pack(
            f"II4{self._word}II2{self._word}",
            name,
            part.type,
            part.flags,
            address,
            offset,
            len(part.content),
            link,
            part.info,
            part.alignment,
            part.entry_size,
        )


def _elf_hash(name: str) -> int:
    """Return the gABI's hash of a name (figure 5-13)."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high
    return value


def write_elf(description: Elf) -> bytes:
    """Write an ELF file."""
    return _Writer(description).write()
