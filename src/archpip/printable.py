"""Control characters spelled out in whatever is shown: what moves a terminal's cursor moves none.

Nor does what turns the direction of text, and so shows a name that is not the file's (UAX #9, §2).

A file's name may hold them, or a line of somebody's requirements, and a message may hold either.
"""

_DIRECTIONS = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_CONTROL |= {code: f"\\u{code:04x}" for code in _DIRECTIONS}
_CONTROL_BUT_LINES = {code: text for code, text in _CONTROL.items() if chr(code) not in "\n\t"}


def spell_bytes(raw: str) -> str:
    """Return a path of a file system, or an archive, with the bytes that are no UTF-8 spelled out.

    `os.fsdecode` and `tarfile` keep such bytes as surrogates, which cannot be printed or stored.
    Windows itself has names with surrogates, which stand for no bytes.
    """
    if raw.isascii():
        return raw
    try:
        return raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return raw.encode("utf-8", "backslashreplace").decode()


def spell_out(text: str, *, lines: bool = False) -> str:
    """Write control characters by their numbers; with `lines`, but for those that lay lines out."""
    if text.isprintable():
        return text
    return text.translate(_CONTROL_BUT_LINES if lines else _CONTROL)
