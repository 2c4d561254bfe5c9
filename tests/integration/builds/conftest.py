"""Builders over small sdists that need no index."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.builds import (
    BuildOptions,
    BuildSettings,
    IndexOptions,
    SourceBuilder,
    Zig,
)
from tests.integration.builds.projects import (
    HOST,
    METADATA,
    MakeBuilder,
    RecordingReporter,
    paper_toolchain,
)


@pytest.fixture(name="reporter")
def _reporter() -> RecordingReporter:
    return RecordingReporter()


@pytest.fixture(name="options")
def _options(tmp_path: Path) -> BuildOptions:
    return BuildOptions(
        wheel_folder=tmp_path / "wheels",
        log_folder=tmp_path / "logs",
        work_folder=tmp_path / "work",
        indexes=IndexOptions(no_index=True, find_links=(str(tmp_path / "links"),)),
    )


@pytest.fixture(name="make_builder")
def _make_builder(options: BuildOptions, reporter: RecordingReporter) -> MakeBuilder:
    def make(
        settings: BuildSettings | None = None,
        environment: Mapping[str, str] | None = None,
        zig: Zig | None = None,
        **changes: object,
    ) -> SourceBuilder:
        return SourceBuilder(
            host=HOST,
            python=Path(sys.executable),
            environment=environment or dict(os.environ),
            options=replace(options, **changes),
            settings={METADATA.name: settings} if settings else {},  # type: ignore[dict-item]
            reporter=reporter,
            toolchains=(paper_toolchain(),),
            zig=zig,
        )

    return make
