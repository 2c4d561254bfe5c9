"""Pins that come from source, built: archives, folders and repositories alike."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import NormalizedName

from archpip.builds import BuildPlan, BuildSettings, SourceBuilder
from archpip.fusing import fuse_wheels
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

        Where the builder makes one slice at a time, both are built and fused.

        Raises:
            BuildError: It cannot be built, or not for this target.
            FuseError: What was built for one machine does not fuse with what was for the other.
            IndexAccessError: The source cannot be had.
        """
        evidence = self._native_evidence(pin)
        with self._source(pin) as source:
            built = [
                self._builder.build(
                    source,
                    machine,
                    name=pin.name,
                    subdirectory=pin.subdirectory,
                    settings=self._settings(pin),
                    native_evidence=evidence,
                ).path
                for machine in self._builder.machines_of(target)
            ]
        if len({path.name for path in built}) == 1:  # or both are the same, for any machine
            return Path(shutil.copy2(built[0], folder))
        arm, intel = built
        return fuse_wheels(arm, intel, folder)

    def plan(self, pin: Pin, target: Target) -> tuple[BuildPlan, ...]:
        """Say how a pin would be built, one plan for each build; runs none of its code.

        Raises:
            ToolchainMissingError: Nothing on this machine can build it.
            IndexAccessError: The source cannot be had.
        """
        with self._source(pin) as source:
            return tuple(
                self._builder.plan(
                    source,
                    machine,
                    name=pin.name,
                    subdirectory=pin.subdirectory,
                    settings=self._settings(pin),
                )
                for machine in self._builder.machines_of(target)
            )

    def _settings(self, pin: Pin) -> BuildSettings:
        return self._builder.settings_for(pin.name, pin.config_settings)

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
        return "the index has wheels of this version, and none is pure"
