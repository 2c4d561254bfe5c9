"""An index of as many projects as are asked for, each with pages as long as popular ones are."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fake_index.wheels import CoreMetadata, Wheel, write_wheel

_VERSIONS = 60
_OTHER_WHEELS = 4
"""A version, for a system that no view asks for: 300 entries a page, as popular projects have."""


@contextmanager
def serve_many_projects() -> Iterator[str]:
    """Serve on loopback, and yield the index's URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # http.server calls it so
        parts = self.path.strip("/").split("/")
        if parts[0] == "simple":
            self._send(_page(parts[1]), "application/vnd.pypi.simple.v1+json")
        else:
            self._send(_wheel(parts[-1]), "application/octet-stream")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _page(name: str) -> bytes:
    stem = name.replace("-", "_")
    files = []
    for version in range(_VERSIONS):
        wheel = f"{stem}-{version}-py3-none-any.whl"
        content = _wheel(wheel)
        names = [f"{stem}-{version}-cp3{k}-cp3{k}-win_arm64.whl" for k in range(_OTHER_WHEELS)]
        for filename in (wheel, *names):
            digest = hashlib.sha256(filename.encode()).hexdigest()
            sha256 = hashlib.sha256(content).hexdigest() if filename == wheel else digest
            files.append(
                {
                    "filename": filename,
                    "url": f"/files/{digest[:2]}/{digest[2:]}/{filename}",
                    "hashes": {"sha256": sha256},
                    "requires-python": ">=3.9",
                    "size": len(content) if filename == wheel else 1000,
                    "upload-time": "2024-01-01T00:00:00.000000Z",
                    "yanked": False,
                    "core-metadata": {"sha256": digest},
                }
            )
    return json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": files}).encode()


def _wheel(filename: str) -> bytes:
    name, version, *_ = filename.split("-")
    metadata = CoreMetadata(name=name.replace("_", "-"), version=version)
    return write_wheel(Wheel(metadata=metadata))
