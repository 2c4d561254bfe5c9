"""Seeds for each surface: honest and hostile files, most of them written by `fake_index`."""

from fake_index.hostile import hostile_names, hostile_wheel
from fake_index.wheels import CoreMetadata
from tests.property.binaries.seeds import SEEDS as BINARIES

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


_LINES = {f"line-{n}": line.encode() for n, line in enumerate(_REQUIREMENTS.splitlines())}

_SEEDS = {
    "binary": BINARIES,
    "metadata": {name: metadata.write() for name, metadata in _METADATA.items()},
    "lockfile": {"full": _LOCKFILE.encode()},
    "requirements-file": {
        "full": _REQUIREMENTS.encode(),
        "utf-16": _REQUIREMENTS.encode("utf-16"),
        **_LINES,
    },
    "html-page": {"full": _HTML.encode(), "quick": _HTML[_HTML.index("<body>") :].encode()},
    "json-page": {"full": _JSON.encode()},
}


def make_seeds(surface: str) -> dict[str, bytes]:
    """Return the seeds of a surface by name; names suit files."""
    return _make_wheels() if surface == "wheel" else _SEEDS[surface]


def _make_wheels() -> dict[str, bytes]:
    wheels = {name: hostile_wheel(name).content for name in hostile_names()}
    return {name: content for name, content in wheels.items() if len(content) < _LARGEST_BYTES}
