"""Pins that come from source, built: archives, folders and repositories alike."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import NormalizedName

from archpip.builds import BuildPlan, SourceBuilder
from archpip.index import Link, path_of
from archpip.resolution import LinkKind, Pin, Releases
from archpip.targets import Target


class PinBuilder:
    """Builds what a resolution takes from source. Safe to call from several threads."""

    def __init__(
        self,
        builder: SourceBuilder,
        *,
        download: Callable[[Link, Path], Path],
        checkout: Callable[[str, str | None, Path], str],
        releases: Callable[[NormalizedName], Releases],
    ) -> None:
        """Take who builds, and how sources come to this disk.

        Args:
            builder: Runs build backends and checks what they made.
            download: Puts a link's file, hash-checked, into a folder.
            checkout: Puts a repository (URL, revision) into a folder that is not there yet.
            releases: Lists a project's links by version.
        """
        self._builder = builder
        self._download = download
        self._checkout = checkout
        self._releases = releases

    def build(self, pin: Pin, target: Target, folder: Path) -> Path:
        """Build a pin's wheel for a target and put it into `folder`.

        Raises:
            BuildError: It cannot be built, or not for this target.
            IndexAccessError: The source cannot be had.
        """
        with self._source(pin) as source:
            built = self._builder.build(
                source,
                target,
                name=pin.name,
                subdirectory=pin.subdirectory,
                settings=self._builder.settings_for(pin.name, pin.config_settings),
                native_evidence=self._native_evidence(pin),
            )
        return Path(shutil.copy2(built, folder))

    def plan(self, pin: Pin, target: Target) -> BuildPlan:
        """Say how a pin would be built; runs none of its code.

        Raises:
            ToolchainMissingError: Nothing on this machine can build it.
            IndexAccessError: The source cannot be had.
        """
        with self._source(pin) as source:
            return self._builder.plan(
                source,
                target,
                name=pin.name,
                subdirectory=pin.subdirectory,
                settings=self._builder.settings_for(pin.name, pin.config_settings),
            )

    @contextmanager
    def _source(self, pin: Pin) -> Iterator[Path]:
        """Give the archive, folder or checkout that a pin is built from."""
        if pin.kind is LinkKind.DIRECTORY:
            yield path_of(pin.link.url)
            return
        with TemporaryDirectory(prefix="archpip-") as folder:
            if pin.kind is LinkKind.VCS:
                root = Path(folder, "checkout")
                self._checkout(pin.link.url, pin.commit, root)
                yield root
            else:
                yield self._download(pin.link, Path(folder))

    def _native_evidence(self, pin: Pin) -> str | None:
        """Say how it is known that a build must hold native code: no wheel of it is pure."""
        if pin.direct:
            return None
        links = self._releases(pin.name).get(pin.version, ())
        wheels = [link.filename for link in links if link.filename.endswith(".whl")]
        if not wheels or any(name.endswith("-any.whl") for name in wheels):
            return None
        return f"the index has {len(wheels)} wheels of this version, and none is pure"
