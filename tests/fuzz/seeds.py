"""Seeds for each surface: honest and hostile files, most of them written by `fake_index`."""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping

from fake_index import nuitka, pyinstaller
from fake_index.binaries import write_binary
from fake_index.hostile import hostile_names, hostile_wheel
from fake_index.macho import FatMachO, FatMember, MachO, defined
from fake_index.wheels import CoreMetadata
from fake_index.zips import ZipArchive, ZipEntry, write_zip
from tests.property.binaries.seeds import SEEDS as BINARIES
from tests.unit.binaries.macho import loader_tables as tables

# A larger file only slows a fuzzer: what is bent in it is bent in a small one too.
_LARGEST_BYTES = 8192

_METADATA = {
    "old": CoreMetadata(name="demo", version="1.0"),
    "full": CoreMetadata(
        name="Demo.Project",
        version="1!2.0rc1.post3.dev4+local.5",
        requires=(
            "a>=1,<2; python_version >= '3.10' and (os_name == 'nt' or extra == 'x')",
            "b[x,y] @ https://files.example/b-1.0-py3-none-any.whl#sha256=00",
            "c===1.0~odd",
        ),
        extras=(("x", ("d~=1.4",)),),
        requires_python=">=3.8,!=3.9.*",
        dynamic=("Requires-Dist",),
        metadata_version="2.4",
    ),
}

_LOCKFILE = """\
lock-version = "1.0"
environments = ["sys_platform == 'darwin' and platform_machine == 'arm64'"]
requires-python = ">=3.11"
created-by = "archpip"
[[packages]]
name = "demo"
version = "1.0"
index = "https://index.example/simple/"
marker = "python_version >= '3.11'"
[[packages.wheels]]
name = "demo-1.0-cp311-cp311-macosx_11_0_arm64.whl"
url = "https://files.example/demo-1.0-cp311-cp311-macosx_11_0_arm64.whl"
size = 10
upload-time = 2024-01-02T03:04:05Z
hashes = {sha256 = "00"}
[packages.tool.archpip]
verdict = "ok"
slices = ["arm64"]
binaries = 1
minimum-macos = "11.0"
"""

_REQUIREMENTS = """\
--index-url https://me:secret@index.example/simple --extra-index-url https://other.example
--find-links ./links --trusted-host index.example --no-binary :all: --pre
-r other.txt
-c constraints.txt
demo[x] >= 1.0 ; python_version < "3.12" \\
    --hash=sha256:{digest} --config-settings a=b  # comment
other @ https://files.example/other-1.0.tar.gz#sha256={digest}
./folder/project-1.0-py3-none-any.whl
-e .
${NAME}==1
""".replace("{digest}", "0" * 64)

_HTML = """\
<!DOCTYPE html><html><head><base href="https://files.example/a/">
<meta name="pypi:repository-version" content="1.1"><title>Links</title></head><body>
<a href="demo-1.0-py3-none-any.whl#sha256=00" data-requires-python="&gt;=3.8"
 data-core-metadata="sha256=00">demo-1.0-py3-none-any.whl</a><br/>
<a href="../demo-1.1.tar.gz" data-yanked="broken">demo-1.1.tar.gz</a>
<a href="file:///etc/demo-1.2.zip">demo-1.2.zip</a></body></html>
"""

_JSON = """\
{"meta": {"api-version": "1.1"}, "name": "demo", "versions": ["1.0"], "files": [
{"filename": "demo-1.0-py3-none-any.whl", "url": "demo-1.0-py3-none-any.whl#md5=00", "size": 3,
"hashes": {"sha256": "00"}, "requires-python": ">=3.8", "core-metadata": {"sha256": "00"},
"upload-time": "2024-01-02T03:04:05.678Z", "yanked": false},
{"filename": "demo-1.1.tar.gz", "url": "https://files.example/demo-1.1.tar.gz", "hashes": {},
"yanked": "broken", "dist-info-metadata": true}]}
"""


_UV_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"
resolution-markers = ["sys_platform == 'linux'", "sys_platform != 'linux'"]
[[package]]
name = "demo"
version = "1.0"
resolution-markers = ["sys_platform == 'linux'"]
source = { registry = "https://index.example/simple" }
dependencies = [{ name = "other", extra = ["x"], marker = "os_name == 'nt'" }]
sdist = { url = "https://files.example/demo-1.0.tar.gz", hash = "sha256:00", size = 3 }
wheels = [
    { url = "https://files.example/demo-1.0-py3-none-any.whl", hash = "sha256:00", size = 3 },
    { filename = "demo-1.0-cp311-cp311-manylinux_2_17_aarch64.whl", hash = "sha256:00" },
]
[[package]]
name = "own"
version = "0.1"
source = { editable = "." }
"""

_PINNED = """\
demo[x]==1.0 ; python_version < "3.12" and sys_platform == "linux" \\
    --hash=sha256:{digest} \\
    --hash=sha256:{digest}
    # via other
--index-url https://index.example/simple
other==1!2.0.post1+local  # comment
""".replace("{digest}", "0" * 64)

_TRACEBACK = """\
Traceback (most recent call last):
  File "/srv/demo/__init__.py", line 1, in <module>
ImportError: dlopen(/srv/demo/fat.so, 0x0002): tried: '/srv/demo/fat.so' (mach-o file, but is \
an incompatible architecture (have 'x86_64', need 'arm64'))
ImportError: dlopen(/srv/demo/macho.so, 2): Symbol not found: (_open)
  Referenced from: <0A> /srv/demo/macho.so (built for macOS 13.0)
ImportError: /srv/demo/elf.so: wrong ELF class: ELFCLASS32
ImportError: /lib/libm.so.6: version `GLIBC_2.34' not found (required by /srv/demo/elf.so)
ImportError: DLL load failed while importing pe: %1 is not a valid Win32 application.
OSError: [WinError 193] %1 : 'C:\\srv\\demo\\pe.so'
ModuleNotFoundError: No module named 'demo.elf'
"""

_LINES = {f"line-{n}": line.encode() for n, line in enumerate(_REQUIREMENTS.splitlines())}

_TRIE = tables.ROOT + tables.MIDDLE + tables.LEAF
_OPCODES = tables.stripped(tables.DYLD_INFO, b"", tables.PROGRAM, b"", tables.LAZY, _TRIE)
_IMPORTS = (0xFE | tables.OPEN << 9, 1 | tables.FREE << 9, 0xFE | 1 << 8 | tables.X << 9)
_STRIPPED = {
    "opcodes": _OPCODES,
    "fixups": tables.stripped(tables.CHAINED_FIXUPS, tables.fixups(*_IMPORTS)),
    "trie": tables.stripped(tables.EXPORTS_TRIE, _TRIE),
    # Only the symbols of fat files are compared.
    "fat-stripped": write_binary(
        FatMachO(
            slices=(
                FatMember(architecture="arm64", content=_OPCODES),
                MachO(architecture="x86_64", symbols=(defined("_open"),)),
            )
        )
    ),
}

_SOURCE = """\
try:
    from . import a
except ImportError:
    from . import (a,
        b)
    from .a import x
if True:
    try:
        import p.a
    except ImportError:  # why
        from p import b as c
from .b import *
import p.a
"""

_SEEDS = {
    "binary": {**BINARIES, **_STRIPPED},
    "source": {"full": _SOURCE.encode()},
    "metadata": {name: metadata.write() for name, metadata in _METADATA.items()},
    "lockfile": {"full": _LOCKFILE.encode()},
    "requirements-file": {
        "full": _REQUIREMENTS.encode(),
        "utf-16": _REQUIREMENTS.encode("utf-16"),
        **_LINES,
    },
    "html-page": {"full": _HTML.encode(), "quick": _HTML[_HTML.index("<body>") :].encode()},
    "json-page": {"full": _JSON.encode()},
    "locked": {
        "uv": _UV_LOCK.encode(),
        "pylock": _LOCKFILE.encode(),
        "requirements": _PINNED.encode(),
    },
    "traceback": {
        "full": _TRACEBACK.encode(),
        **{f"line-{n}": line.encode() for n, line in enumerate(_TRACEBACK.splitlines())},
    },
    "program": {
        "one-file": pyinstaller.write_program(BINARIES["elf"], pyinstaller.ONE_FILE),
        "one-folder": pyinstaller.write_program(
            BINARIES["pe"], pyinstaller.ONE_FOLDER, signature=99
        ),
        "nuitka": nuitka.write_program(BINARIES["elf"], BINARIES["elf"], compressed=True),
    },
}


def make_seeds(surface: str) -> dict[str, bytes]:
    """Return the seeds of a surface by name; names suit files."""
    match surface:
        case "wheel":
            return _make_wheels()
        case "archive":
            return _make_archives()
        case "layer":
            return {"full": _tar(_INSTALLED), "links": _tar({}, links=_LINKS)}
        case _:
            return _SEEDS[surface]


def _make_wheels() -> dict[str, bytes]:
    wheels = {name: hostile_wheel(name).content for name in hostile_names()}
    return {name: content for name, content in wheels.items() if len(content) < _LARGEST_BYTES}


_DIST_INFO = "srv/python/demo-1.0.dist-info"
_INSTALLED = {
    f"{_DIST_INFO}/METADATA": _METADATA["full"].write(),
    f"{_DIST_INFO}/WHEEL": b"Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_17_aarch64\n",
    f"{_DIST_INFO}/RECORD": b"demo/x.so,sha256=00,3\ndemo-1.0.dist-info/RECORD,,\n",
    f"{_DIST_INFO}/INSTALLER": b"pip",
    "srv/python/demo/x.so": BINARIES["elf"],
    "srv/python/demo/.wh.y.so": b"",
    "srv/python/demo.pth": b"demo\nimport demo\n",
    "opt/conda/conda-meta/demo-1.0-0.json": b'{"name": "demo", "files": ["lib/x.so"]}',
    "opt/conda/lib/x.so": BINARIES["elf-android"],
}
_LINKS = {"srv/a": "../b", "b": "srv/a", "srv/x.so": "/srv/python/demo/x.so", "c": "../../c"}


def _tar(files: Mapping[str, bytes], *, links: Mapping[str, str] | None = None) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        for name, aim in (links or {}).items():
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                entry = tarfile.TarInfo(name)
                entry.type, entry.linkname = kind, aim
                archive.addfile(entry)
    return written.getvalue()


def _make_archives() -> dict[str, bytes]:
    """Return zip archives, and images whose layers are packed and not."""
    image = {
        "manifest.json": json.dumps([{"Config": "c", "Layers": ["1", "2"]}]).encode(),
        "c": json.dumps({"os": "linux", "architecture": "arm64", "config": {}}).encode(),
        "1": _tar({"srv/python/demo/x.so": BINARIES["elf"]}),
        "2": gzip.compress(_tar({}, links=_LINKS)),
    }
    entries = tuple(ZipEntry(name=name, content=content) for name, content in _INSTALLED.items())
    return {"image": _tar(image), "zip": write_zip(ZipArchive(entries=entries))}
