"""Members whose names lead somewhere else, or to one place by two ways."""

from fake_index.hostile.bending import FOREIGN, MODULE, SOURCE, WHEEL, bent, with_entries
from fake_index.zips import ZipEntry, renamed_by_extra


@bent()
def _unicode_path_extra() -> bytes:
    """An extra field gives a member another name."""
    extra = renamed_by_extra("hostile/data.txt", "hostile/evil.pth")
    return with_entries(ZipEntry(name="hostile/data.txt", content=b"x", extra=extra))


@bent()
def _climbing_name() -> bytes:
    """A name climbs out of the folder it is unpacked to."""
    return with_entries(ZipEntry(name="../evil.py", content=b"evil = True\n"))


@bent()
def _climbing_name_inside() -> bytes:
    """A name climbs out of its package, though not out of the wheel."""
    return with_entries(ZipEntry(name="hostile/../evil.py", content=b"evil = True\n"))


@bent()
def _endless_name() -> bytes:
    """A name is longer than any system's paths."""
    return with_entries(ZipEntry(name=f"{'a/' * 2048}evil.py", content=b"evil = True\n"))


@bent()
def _absolute_name() -> bytes:
    """A name begins at the root of the file system."""
    return with_entries(ZipEntry(name="/hostile-evil.py", content=b"evil = True\n"))


@bent()
def _drive_name() -> bytes:
    """A name begins with a drive letter."""
    return with_entries(ZipEntry(name="C:/evil.py", content=b"evil = True\n"))


@bent()
def _backslash_name() -> bytes:
    """A name climbs with backslashes, which only some systems follow."""
    return with_entries(ZipEntry(name="..\\..\\evil.py", content=b"evil = True\n"))


@bent(honest=True)
def _root_folder() -> bytes:
    """The folder that all is unpacked to is listed with the rest, as some tools do."""
    return with_entries(ZipEntry(name="./", content=b""))


@bent()
def _backslash_folder() -> bytes:
    """A folder's name ends with a backslash, as old tools on Windows wrote it."""
    return with_entries(ZipEntry(name="hostile\\extra.py", content=b"extra = True\n"))


@bent()
def _nul_in_name() -> bytes:
    """A name holds a NUL, where some readers stop."""
    return with_entries(ZipEntry(name="hostile/data.txt\0.so", content=FOREIGN))


@bent()
def _name_is_no_utf8() -> bytes:
    """The bytes of a module's name are no UTF-8, although its flags say so."""
    written = with_entries(ZipEntry(name=MODULE.replace("native", "na%ive"), content=FOREIGN))
    return written.replace(b"na%ive", b"na\xffive")


@bent()
def _empty_segments() -> bytes:
    """A second spelling of a path, through `.` and doubled slashes."""
    return with_entries(ZipEntry(name=f"hostile/.//{MODULE.split('/')[1]}", content=FOREIGN))


@bent()
def _case_collision() -> bytes:
    """Two names differ by case only."""
    return with_entries(ZipEntry(name=SOURCE.upper(), content=b"honest = False\n"))


@bent()
def _unicode_collision() -> bytes:
    """Two names differ by Unicode composition only."""
    return with_entries(
        ZipEntry(name="hostile/caf\u00e9.so", content=WHEEL.files[1].content),
        ZipEntry(name="hostile/cafe\u0301.so", content=FOREIGN),
    )


@bent()
def _file_and_folder() -> bytes:
    """One path is a file, and a folder that holds another."""
    return with_entries(
        ZipEntry(name="hostile/both", content=b"file"),
        ZipEntry(name="hostile/both/inner.py", content=b"evil = True\n"),
    )
