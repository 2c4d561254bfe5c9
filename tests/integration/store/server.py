"""A PostgreSQL server of a test run's own, from the programs that are installed."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

USER = "archpip"
PASSWORD = "hunter2"
_DEBIAN = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """Return the folder of `initdb` and its kin: the newest of Debian's, or what PATH has."""
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """Serve an empty database on loopback; yields its URL, with a password."""
    # Not below pytest's folder, which is its owner's alone: the server refuses to run as root.
    with TemporaryDirectory(prefix="archpip-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data, secret = folder / "data", folder / "password"
        data.mkdir()
        secret.write_text(PASSWORD)
        as_server = _own(data, secret)
        _run(
            [*as_server, programs / "initdb", "-D", data, "-U", USER, "--pwfile", secret],
            "--auth=scram-sha-256",
            "--no-sync",
        )
        port = _free_port()
        control = [*as_server, programs / "pg_ctl", "-D", data, "-w"]
        options = f"-h 127.0.0.1 -p {port} -k {data} -c fsync=off"
        _run(control, "-l", data / "log", "-o", options, "start")
        try:
            yield f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _run(control, "-m", "immediate", "stop")


class Relay:
    """A port before a server's: cut, the server is away for whoever comes by it."""

    def __init__(self, port: int) -> None:
        self.port = _free_port()
        self._behind = port
        self._sockets: list[socket.socket] = []

    def join(self) -> None:
        """Let who comes reach the server, from now on."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self._sockets.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Close each connection, and refuse others."""
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self._behind))
                self._sockets += [client, server]
                for way in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=way, daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _own(*paths: Path) -> list[str | Path]:
    """Give the server's files to a user that may run it; return how that user's commands begin."""
    if os.getuid() != 0:
        return []
    for path in paths:
        shutil.chown(path, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(command: list[str | Path], *more: str | Path) -> None:
    subprocess.run(
        [*map(str, command), *map(str, more)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        timeout=60,
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
