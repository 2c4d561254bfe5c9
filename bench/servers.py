"""Servers of project pages, started for a comparison, and a client that costs next to nothing."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
PEERS = ("simple-repository-server", "proxpi", "devpi-server")
_SECONDS_TO_START = 60.0
_RECEIVE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server, running."""

    name: str
    port: int
    prefix: str
    """What stands before a project's name in a path."""
    process: subprocess.Popen[bytes]

    def path(self, project: str) -> str:
        """Return the path of a project's page."""
        return f"{self.prefix}{project}/"

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def memory_megabytes(self) -> float:
        """Return what the process itself has in memory (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@dataclass(slots=True)
class Connection:
    """One connection that is kept where the server keeps it, and opened again where not.

    Plain sockets, so that the client hardly counts.
    """

    port: int
    _socket: socket.socket | None = field(init=False, default=None)
    _buffer: bytearray = field(init=False, default_factory=lambda: bytearray(_RECEIVE_BYTES))

    def get(self, path: str, accept: str = JSON_TYPE) -> int:
        """Ask for a page and return how long its body was; it is not kept."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: {accept}\r\n\r\n"
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port))
        self._socket.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            received = self._socket.recv(65536)
            if not received:
                raise ConnectionError(f"port {self.port} closed the connection")
            head += received
        head, _, body = head.partition(b"\r\n\r\n")
        status, *lines = head.lower().split(b"\r\n")
        if b" 200" not in status:
            raise ConnectionError(f"port {self.port} answers {status.decode()} for {path}")
        headers = dict(line.split(b": ", 1) for line in lines if b": " in line)
        if b"content-length" in headers:
            length = self._drain(int(headers[b"content-length"]), len(body))
        else:
            length = self._drain_chunks(body)
        if headers.get(b"connection") == b"close" or status.startswith(b"http/1.0"):
            self.close()
        return length

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _drain(self, length: int, begun: int) -> int:
        while begun < length:
            begun += self._receive()
        return length

    def _drain_chunks(self, body: bytes) -> int:
        count, tail = len(body), body[-5:]
        while tail != b"0\r\n\r\n":
            received = self._receive()
            count += received
            tail = (tail + self._buffer[:received][-5:])[-5:]
        return count

    def _receive(self) -> int:
        received = self._socket.recv_into(self._buffer) if self._socket else 0
        if not received:
            raise ConnectionError(f"port {self.port} closed the connection")
        return received


@contextmanager
def archpip_gateway(folder: Path, *arguments: str) -> Iterator[Server]:
    """Serve archpip's gateway from the working tree."""
    command = [sys.executable, "-m", "archpip", "serve", "-q", "--port", "{port}"]
    command += ["--cache-dir", str(folder / "archpip"), *arguments]
    with _running("archpip", command, "/linux-x86_64/simple/") as server:
        yield server


@contextmanager
def nginx(folder: Path, pages: dict[str, bytes]) -> Iterator[Server]:
    """Serve pages as files by nginx, one worker, as the others have."""
    root = folder / "nginx"
    for project, body in pages.items():
        page = root / "simple" / project / "index.json"
        page.parent.mkdir(parents=True)
        page.write_bytes(body)
    port = _free_port()
    configuration = root / "nginx.conf"
    configuration.write_text(
        # Its worker would give up root's rights, and with them those to read our folder.
        f"{'user root;' if os.getuid() == 0 else ''}\n"
        f"daemon off; worker_processes 1; pid {root}/pid; error_log {root}/error.log;\n"
        "events { worker_connections 64; }\n"
        "http { access_log off; sendfile on; keepalive_requests 1000000;\n"
        f"  types {{ {JSON_TYPE} json; }}\n"
        + "".join(
            f"  {kind}_temp_path {root}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"  server {{ listen 127.0.0.1:{port}; root {root}; index index.json; }} }}\n"
    )
    # Debian's package puts it where a user's PATH may not lead.
    command = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    with _running("nginx", [command, "-c", str(configuration)], "/simple/", port) as server:
        yield server


def install_peers(folder: Path) -> Path:
    """Install the other index servers, each name from PyPI, and return where their commands are."""
    environment = folder / "peers"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    environ = os.environ | {"PIP_CONFIG_FILE": os.devnull}
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PEERS],
        check=True,
        env=environ,
    )
    return environment / "bin"


@contextmanager
def peer(name: str, commands: Path, folder: Path, upstream: str) -> Iterator[Server]:
    """Serve one of the `PEERS` in front of an index."""
    environ: dict[str, str] = {}
    prefix = "/simple/"
    if name == "simple-repository-server":
        command = [str(commands / name), "--port", "{port}", upstream]
    elif name == "proxpi":
        environ = {"PROXPI_INDEX_URL": upstream, "FLASK_APP": "proxpi.server"}
        command = [str(commands / "flask"), "run", "--port", "{port}"]
        prefix = "/index/"
    else:
        data = str(folder / "devpi")
        subprocess.run(
            [commands / "devpi-init", "--serverdir", data], check=True, capture_output=True
        )
        command = [str(commands / name), "--serverdir", data, "--port", "{port}"]
        # It mirrors the public index by itself.
        prefix = "/root/pypi/+simple/"
    with _running(name, command, prefix, environ=environ) as server:
        yield server


@contextmanager
def _running(
    name: str,
    command: Sequence[str],
    prefix: str,
    port: int | None = None,
    *,
    environ: dict[str, str] | None = None,
) -> Iterator[Server]:
    """Run a command until the context is left; `{port}` in it stands for its port."""
    port = port or _free_port()
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | (environ or {}),
    )
    server = Server(name=name, port=port, prefix=prefix, process=process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(server: Server) -> None:
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.name} ended with {server.process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{server.name} did not start")


def fetch(url: str, accept: str = JSON_TYPE) -> bytes:
    """Return what stands at an address."""
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310  # http(s) only
    try:
        with urllib.request.urlopen(request, timeout=300) as response:  # noqa: S310  # as above
            return bytes(response.read())
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{url} answers {error.code}: {error.read()[:300]!r}") from error


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
