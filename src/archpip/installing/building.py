"""Build pins that come from source: archives, folders and repositories."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.utils import NormalizedName

from archpip.builds import BuildPlan, BuildSettings, SourceBuilder
from archpip.fusing import fuse_wheels
from archpip.index import Link, path_of
from archpip.owned_folders import owned_folder
from archpip.resolution import LinkKind, Pin, Releases
from archpip.targets import Target


class PinBuilder:
    """Builds the pins that come from source. Safe to call from several threads."""

    def __init__(
        self,
        builder: SourceBuilder,
        *,
        download: Callable[[Link, Path], Path],
        checkout: Callable[[str, str | None, Path], str],
        releases: Callable[[NormalizedName], Releases],
    ) -> None:
        """Store the builder, and the functions that fetch sources.

        Args:
            builder: Runs build backends and checks what they made.
            download: Downloads a link's file into a folder, and verifies its hash.
            checkout: Checks out a repository (URL, revision) into a folder that does not exist yet.
            releases: Lists a project's links by version.
        """
        self._builder = builder
        self._download = download
        self._checkout = checkout
        self._releases = releases

    def build(self, pin: Pin, target: Target, folder: Path) -> Path:
        """Build a pin's wheel for a target into `folder`.

        If the builder makes one slice at a time, both are built and fused.

        Raises:
            BuildError: It cannot be built, or not for this target.
            FuseError: The wheels built for the two architectures do not fuse.
            IndexAccessError: The source cannot be fetched.
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
        if len({path.name for path in built}) == 1:  # otherwise both are the same, for any machine
            return Path(shutil.copy2(built[0], folder))
        arm, intel = built
        return fuse_wheels(arm, intel, folder)

    def plan(self, pin: Pin, target: Target) -> tuple[BuildPlan, ...]:
        """Plan the builds of a pin, without running any of its code.

        Raises:
            ToolchainMissingError: Nothing on this machine can build it.
            IndexAccessError: The source cannot be fetched.
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
        """Yield the archive, folder or checkout that a pin is built from."""
        if pin.kind is LinkKind.DIRECTORY:
            yield path_of(pin.link.url)
            return
        with owned_folder() as folder:
            if pin.kind is LinkKind.VCS:
                root = folder / "checkout"
                self._checkout(pin.link.url, pin.commit, root)
                yield root
            else:
                yield self._download(pin.link, folder)

    def _native_evidence(self, pin: Pin) -> str | None:
        """Return the evidence that a build must hold native code: no wheel of it is pure."""
        if pin.direct:
            return None
        links = self._releases(pin.name).get(pin.version, ())
        wheels = [link.filename for link in links if link.filename.endswith(".whl")]
        if not wheels or any(name.endswith("-any.whl") for name in wheels):
            return None
        return "the index has wheels of this version, and none is pure"
