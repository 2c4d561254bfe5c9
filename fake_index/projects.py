"""Turn the `packages` table of a scenario into projects and their files.

The table is packse's, and a version may say more:

```toml
[packages.uamqp.versions."1.6.1"]
requires = ["certifi"]            # also requires_python, extras, yanked, as packse has them
index = "main"                    # which index offers it
sdist = { kind = "dynamic", build = { fails = "error: no OpenSSL" } }   # or true, or false

[[packages.uamqp.versions."1.6.1".wheels]]     # in place of packse's wheel and wheel_tags
tag = "cp310-cp310-macosx_10_9_universal2"
yanked = "broken"                 # also requires_python, build, declared_tags, purelib
files = { "uamqp/__init__.py" = "" }
binaries = { "uamqp/c_uamqp.so" = { platform = "macos-x86_64" } }      # see `describe`
```
"""

from collections.abc import Iterator, Mapping
from typing import cast

from packaging.utils import canonicalize_name

from fake_index.binaries import write_binary
from fake_index.describe import Table, describe_binary
from fake_index.sdists import Build, Sdist, SdistMetadata, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from fake_index.world import Index, IndexFile, Project

MAIN = "main"

_VERSION_KEYS = frozenset(
    {
        "description",
        "extras",
        "index",
        "requires",
        "requires_python",
        "sdist",
        "upload_time",
        "wheel",
        "wheel_tags",
        "wheels",
        "yanked",
    }
)
_WHEEL_KEYS = frozenset(
    {
        "binaries",
        "build",
        "declared_tags",
        "files",
        "purelib",
        "requires",
        "requires_python",
        "tag",
        "yanked",
    }
)
_SDIST_KEYS = frozenset({"build", "kind", "requires_python", "yanked"})
_BUILD_KEYS = frozenset({"fails", "log", "wheels"})


def check_keys(table: Table, known: frozenset[str], where: str) -> None:
    """Refuse a table with a key that nothing reads.

    Raises:
        ValueError: There is one.
    """
    unknown = table.keys() - known
    if unknown:
        message = f"{where}: nothing reads {', '.join(sorted(unknown))}"
        raise ValueError(message)


def read_indexes(packages: Table) -> tuple[Index, ...]:
    """Return the indexes that the versions name, `main` first, each with its projects.

    Raises:
        ValueError: A table holds what nothing reads, or what does not fit.
    """
    found: dict[str, dict[str, list[IndexFile]]] = {MAIN: {}}
    for name, project in packages.items():
        versions = cast("Table", cast("Table", project)["versions"])
        for version, table in versions.items():
            release = _Release(name=name, version=version, table=cast("Table", table))
            files = found.setdefault(release.index, {}).setdefault(canonicalize_name(name), [])
            files.extend(release.files())
    return tuple(
        Index(
            name=index,
            projects=tuple(
                Project(name=name, files=tuple(files)) for name, files in projects.items()
            ),
        )
        for index, projects in found.items()
    )


class _Release:
    """One version of a project, as its table says."""

    def __init__(self, *, name: str, version: str, table: Table) -> None:
        check_keys(table, _VERSION_KEYS, f"{name} {version}")
        self._table = table
        self._where = f"{name} {version}"
        self._metadata = CoreMetadata(
            name=name,
            version=version,
            requires=_strings(table.get("requires", [])),
            extras=tuple(
                (extra, _strings(requires))
                for extra, requires in cast("Table", table.get("extras", {})).items()
            ),
            requires_python=cast("str | None", table.get("requires_python")),
        )
        self.index = str(table.get("index", MAIN))

    def files(self) -> Iterator[IndexFile]:
        """Yield the release's files: the sdist, then the wheels in the order of the scenario."""
        sdist = self._table.get("sdist", True)
        if sdist is not False:
            yield self._sdist({} if sdist is True else cast("Table", sdist))
        if "wheels" in self._table:
            for table in cast("list[Table]", self._table["wheels"]):
                yield self._wheel_file(table)
        elif self._table.get("wheel", True):
            for tag in _strings(self._table.get("wheel_tags", [])) or ("py3-none-any",):
                yield self._wheel_file({"tag": tag})

    def _sdist(self, table: Table) -> IndexFile:
        check_keys(table, _SDIST_KEYS, f"{self._where} sdist")
        build = table.get("build")
        sdist = Sdist(
            metadata=self._metadata,
            kind=SdistMetadata(str(table.get("kind", "static"))),
            build=None if build is None else self._build(cast("Table", build)),
        )
        return self._offered(sdist.filename, write_sdist(sdist), table)

    def _build(self, table: Table) -> Build:
        check_keys(table, _BUILD_KEYS, f"{self._where} build")
        wheels = cast("Mapping[str, Table]", table.get("wheels", {}))
        return Build(
            wheels=tuple((platform, self._wheel(each)) for platform, each in wheels.items()),
            log=_strings(table.get("log", [])),
            fails=cast("str | None", table.get("fails")),
        )

    def _wheel_file(self, table: Table) -> IndexFile:
        wheel = self._wheel(table)
        return self._offered(wheel.filename, write_wheel(wheel), table, wheel.metadata.write())

    def _wheel(self, table: Table) -> Wheel:
        check_keys(table, _WHEEL_KEYS, f"{self._where} wheel")
        files = cast("Mapping[str, str]", table.get("files", {}))
        binaries = cast("Mapping[str, Table]", table.get("binaries", {}))
        package = self._metadata.stem.partition("-")[0]
        declared = table.get("declared_tags")
        return Wheel(
            metadata=self._metadata,
            tag=str(table.get("tag", "py3-none-any")),
            build=str(table.get("build", "")),
            purelib=cast("bool | None", table.get("purelib")),
            declared_tags=None if declared is None else _strings(declared),
            files=(
                *([] if files else [WheelFile(path=f"{package}/__init__.py")]),
                *(WheelFile(path=path, content=text.encode()) for path, text in files.items()),
                *(_binary_file(path, each) for path, each in binaries.items()),
            ),
        )

    def _offered(
        self, filename: str, content: bytes, table: Table, metadata: bytes | None = None
    ) -> IndexFile:
        yanked = table.get("yanked", self._table.get("yanked", False))
        reason = yanked if isinstance(yanked, str) else ""
        return IndexFile(
            filename=filename,
            content=content,
            requires_python=cast(
                "str | None", table.get("requires_python", self._metadata.requires_python)
            ),
            yanked=None if yanked is False else reason,
            metadata=metadata,
            upload_time=str(self._table.get("upload_time", "2024-01-01T00:00:00Z")),
        )


def _binary_file(path: str, table: Table) -> WheelFile:
    description = dict(table)
    executable = bool(description.pop("executable", False))
    content = write_binary(describe_binary(description))
    return WheelFile(path=path, content=content, executable=executable)


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        message = f"{value!r} is no list of strings"
        raise ValueError(message)
    return tuple(value)
