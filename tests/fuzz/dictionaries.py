"""Words that a fuzzer finds only after a long while: magic numbers, tags and keys, by surface."""

import struct

_COMMANDS = (0x2, 0xC, 0xD, 0x22, 0x25, 0x32, 0x8000_0018, 0x8000_001C, 0x8000_0033, 0x8000_0034)
_DYNAMIC_TAGS = (1, 4, 5, 6, 10, 14, 15, 29, 0x6FFF_FEF5, 0x6FFF_FFFE, 0x6FFF_FFFF)
_BINARIES = (
    *(b"\x7fELF\2\1\1", b"\x7fELF\1\2\1", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ"),
    *(b"\xca\xfe\xba\xbf", b"PE\0\0", b"!<arch>\n", b"!<thin>\n", b"\0asm", b"RTR\0", b"#1/20"),
    *(struct.pack("<I", command) for command in _COMMANDS),
    *(struct.pack("<Q", tag) for tag in _DYNAMIC_TAGS),
    *(b"GNU\0", b"Android\0", b"FreeBSD\0", b"GLIBC_2.34", b"aeabi\0", b"$ORIGIN/", b"@rpath/"),
)
_ARCHIVES = (
    *(b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08", b"\x75\x70", b"../"),
    *(
        b"\1\0\x10\0",
        b"\xff\xff\xff\xff",
        b"\x08\x08",
        b"\\",
        b"C:",
        b"e\xcc\x81",
        b".data/platlib/",
    ),
    *(b".dist-info/METADATA", b".dist-info/WHEEL", b".dist-info/RECORD", b".pth", b"__init__.py"),
)
_LAYERS = (
    *(b"ustar\x0000", b".wh.", b".wh..wh..opq", b"../../", b"site-packages/", b"conda-meta/"),
    *(b".egg-info/PKG-INFO", b"pyvenv.cfg", b"top_level.txt", b"manifest.json", b"index.json"),
)
_TOML = (
    *(b"[[packages]]\n", b"[[packages.wheels]]\n", b"[packages.tool.archpip]\n", b"marker = "),
    *(b"hashes = {sha256 = ", b"environments = [", b"[[package]]\n", b"source = { registry = "),
    *(
        b"resolution-markers = [",
        b"dependencies = [",
        b"extra = ",
        b" and ",
        b" or ",
        b"'''",
        b'"""',
    ),
)
_PAGES = (
    *(
        b"<a href=",
        b"<base href=",
        b"data-requires-python=",
        b"data-yanked",
        b"data-core-metadata=",
    ),
    *(b"<!--", b"<![CDATA[", b"&gt;=", b"&#x41;", b"#sha256=", b'"files": [', b'"yanked": '),
    *(b'"core-metadata": ', b'"upload-time": ', b'"hashes": {', b'"meta": {"api-version": "1.0"}'),
)

DICTIONARIES: dict[str, tuple[bytes, ...]] = {
    "binary": _BINARIES,
    "wheel": _ARCHIVES,
    "archive": (*_ARCHIVES, *_LAYERS),
    "layer": _LAYERS,
    "lockfile": _TOML,
    "locked": _TOML,
    "html-page": _PAGES,
    "json-page": _PAGES,
    "source": (b"from . import ", b"import p.a", b"try:\n", b"except ImportError:\n", b"    "),
}


def render_dictionary(surface: str) -> str:
    """Write a surface's words as libFuzzer reads them."""
    words = ("".join(f"\\x{byte:02x}" for byte in word) for word in DICTIONARIES.get(surface, ()))
    return "".join(f'"{word}"\n' for word in words)
