"""The libraries, search paths and symbol versions in an ELF file's dynamic table.

Source: gABI chapter 5 "Dynamic Section"; LSB Core "Symbol Versioning" for the version needs.
"""

from msgspec import Struct

from archpip.binaries.elf.image import (
    DT_FLAGS_1,
    DT_NEEDED,
    DT_RPATH,
    DT_RUNPATH,
    DT_SONAME,
    DT_VERNEED,
    DT_VERNEEDNUM,
    DynamicTable,
)
from archpip.binaries.limits import (
    MAX_NEEDED_LIBRARIES,
    MAX_RUN_PATHS,
    MAX_SEARCH_PATH_BYTES,
    MAX_VERSION_NEEDS,
    check_limit,
)
from archpip.binaries.model import NeededLibrary, VersionNeed

_DF_1_PIE = 0x0800_0000
_VER_FLG_WEAK = 0x2


class Dynamic(Struct, frozen=True):
    """The facts of one dynamic table; all empty if there is none, as in a static program."""

    needed: tuple[NeededLibrary, ...]
    soname: str | None
    run_paths: tuple[str, ...]
    run_paths_inherited: bool
    version_needs: tuple[VersionNeed, ...]
    is_program: bool
    """A position-independent program says so by DF_1_PIE; to `e_type` it is a shared library."""


def read_dynamic(table: DynamicTable) -> Dynamic:
    """Read the data to which the table's entries point.

    Raises:
        TruncatedBinaryError: A name or a version need lies outside the file.
        MalformedBinaryError: A name has no end, or an address is loaded by no segment.
        UnsupportedBinaryError: There are more of something than in any real file.
    """
    needed = table.every(DT_NEEDED)
    check_limit("needed libraries", len(needed), MAX_NEEDED_LIBRARIES)
    soname = table.first(DT_SONAME)
    # gABI, "Shared Object Dependencies": DT_RPATH is ignored if there is a DT_RUNPATH.
    run_path = table.first(DT_RUNPATH)
    inherited = run_path is None and table.first(DT_RPATH) is not None
    if inherited:
        run_path = table.first(DT_RPATH)
    paths = (
        ""
        if run_path is None
        else table.strings.string(run_path, "search path", limit=MAX_SEARCH_PATH_BYTES)
    )
    run_paths = tuple(path for path in paths.split(":") if path)
    check_limit("search path's folders", len(run_paths), MAX_RUN_PATHS)
    return Dynamic(
        needed=tuple(
            NeededLibrary(name=table.strings.string(name, "needed library's name"))
            for name in needed
        ),
        soname=None if soname is None else table.strings.string(soname, "soname"),
        run_paths=run_paths,
        run_paths_inherited=inherited,
        version_needs=_read_version_needs(table),
        is_program=bool((table.first(DT_FLAGS_1) or 0) & _DF_1_PIE),
    )


def _read_version_needs(table: DynamicTable) -> tuple[VersionNeed, ...]:
    """Walk the Verneed records, one for each library, and the Vernaux records of each.

    Both are linked by distances in bytes, and a distance of zero ends them. The counts end them
    too, so that no file keeps a reader walking.
    """
    address = table.first(DT_VERNEED)
    count = table.first(DT_VERNEEDNUM) or 0
    if address is None or not count:
        return ()
    check_limit("libraries with version needs", count, MAX_NEEDED_LIBRARIES)
    records = table.image.at(address, "version needs")
    need = table.image.layout("HHIII")  # vn_version, vn_cnt, vn_file, vn_aux, vn_next
    auxiliary = table.image.layout("IHHII")  # vna_hash, vna_flags, vna_other, vna_name, vna_next
    found: list[VersionNeed] = []
    position = 0
    for _ in range(count):
        _, versions, library, first, following = records.unpack(need, position, "version need")
        check_limit("version needs", len(found) + versions, MAX_VERSION_NEEDS)
        name = table.strings.string(library, "version need's library")
        place = position + first
        for _ in range(versions):
            _, flags, _, version, step = records.unpack(auxiliary, place, "version need")
            text = table.strings.string(version, "needed version")
            found.append(VersionNeed(library=name, version=text, weak=bool(flags & _VER_FLG_WEAK)))
            if not step:
                break
            place += step
        if not following:
            break
        position += following
    return tuple(found)
