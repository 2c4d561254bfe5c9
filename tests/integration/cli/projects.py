"""Projects in folders and repositories, for tests that ask for them."""

import io
import subprocess
import tarfile
from pathlib import Path

from fake_index.projects import read_indexes
from fake_index.sdists import Build, Sdist, SdistMetadata, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile
from fake_index.world import World


def make_project(
    folder: Path, name: str = "mine", *, requires: tuple[str, ...] = (), version: str = "1.0"
) -> Path:
    """Unpack the sources of a project whose backend alone knows what it requires."""
    metadata = CoreMetadata(name=name, version=version, requires=requires)
    module = WheelFile(path=f"{name}/__init__.py", content=b"")
    wheel = Wheel(metadata=metadata, files=(module,))
    sdist = Sdist(
        metadata=metadata, kind=SdistMetadata.DYNAMIC, build=Build(wheels=(("*", wheel),))
    )
    with tarfile.open(fileobj=io.BytesIO(write_sdist(sdist))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # since Python 3.11.4
        archive.extractall(folder)  # noqa: S202  # our own
    return (folder / f"{name}-{version}").rename(folder / name)


def make_repository(folder: Path) -> str:
    """Commit everything in a folder, tag it `v1`, and return the commit."""

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        command = ["git", *identity, "-c", "commit.gpgsign=false", *arguments]
        return subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    git("tag", "v1")
    return git("rev-parse", "HEAD")


def make_world(**versions: dict[str, dict[str, object]]) -> World:
    """Return indexes of projects: name, then version, then what a scenario says of a version."""
    return World(indexes=read_indexes({n: {"versions": found} for n, found in versions.items()}))


REQUIRED = make_world(
    alpha={"1.0": {}, "2.0": {"requires": ["gamma"]}},
    beta={"1.0": {}},
    gamma={"1.0": {}},
    windowed={"1.0": {}},
)
"""An index of what the projects of the tests require."""
