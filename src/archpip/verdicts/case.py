"""One wheel seen by one target: every binary with its name and role, ready for the rules.

All rules share this view of the wheel, so that they agree on each file's role, which `roles.py`
finds. Links between binaries are followed in `linking.py`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from msgspec import Struct

from archpip.architecture import Architecture, OperatingSystem, spelled
from archpip.binaries import BinaryFormat, BinaryKind
from archpip.targets import Target, extension_suffixes
from archpip.verdicts.descriptions import describe
from archpip.verdicts.fitting import Fit, find_slice, fit_of, is_native_format
from archpip.verdicts.naming import MemberName, read_name
from archpip.verdicts.pairing import pair_up
from archpip.verdicts.roles import Role, find_role
from archpip.verdicts.rules import conventions
from archpip.verdicts.translation import find_translator
from archpip.wheels import BinaryMember, Inspection

_PYTHON_VERSION = re.compile(r"(?<![0-9.])3_?[0-9]{1,2}(?P<ending>\.(?:so|pyd))$")

_Held = frozenset[Architecture]


class Placed(Struct, frozen=True, kw_only=True, eq=False):
    """A binary with its parsed name and its role. Compared by identity: there are many."""

    member: BinaryMember
    name: MemberName
    role: Role

    @property
    def path(self) -> str:
        """The member's path."""
        return self.member.path


class Serving(Struct, frozen=True, kw_only=True, eq=False):
    """What a process of one architecture loads from a wheel."""

    in_process: bool
    """Whether it loads anything into Python."""
    modules: bool
    """Whether Python imports any of it."""
    tagged_modules: bool
    """Whether Python imports any by an interpreter-specific suffix."""
    module_folders: frozenset[str]
    """Folders of what Python imports."""
    folders: frozenset[str]
    """Folders of its libraries, and of modules whose names do not say for which Python they are."""
    program_folders: frozenset[str]
    """Folders of the programs that it runs natively."""
    every_module: bool
    """Whether it loads every module that Python imports."""
    tagged_by_folder: Mapping[str, tuple[int, int]]
    """How many modules with an interpreter-specific suffix Python imports from each folder: those
    that it loads, and the others."""
    translated_stems: Mapping[tuple[str, bool, _Held], AbstractSet[str]]
    """The stems of programs that run through a translator, by their reach and by what they hold.

    Programs reach the libraries in their folder or, from a `bin` (true), below the folder above."""


class Case:
    """An inspection seen by one target. Lives for one judgement.

    Facts about the wheel as a whole are computed once: rules need them for each binary, and a
    hostile wheel has thousands.
    """

    def __init__(
        self,
        inspection: Inspection,
        target: Target,
        *,
        installed: bool = False,
        is_to_run: bool = False,
    ) -> None:
        self.inspection = inspection
        self.target = target
        self.installed = installed
        self.is_to_run = is_to_run
        self.suffixes = extension_suffixes(target)
        self.path_folders = frozenset([tuple(one.split("/")) for one in inspection.path_folders])
        paths = [member.path for member in inspection.binaries]
        if target.operating_system is OperatingSystem.WINDOWS:
            paths = [path.replace("\\", "/") for path in paths]  # as it is installed there
        names = pair_up(
            [read_name(path, self.path_folders) for path in paths],
            [member.binary.architectures for member in inspection.binaries],
        )
        self.placed = tuple(map(_place, inspection.binaries, names))
        self._serving: dict[Architecture, Serving] = {}
        self._served: dict[Architecture, frozenset[Architecture]] = {}

    @cached_property
    def by_path(self) -> dict[str, Placed]:
        """Every binary by its path in the archive."""
        return {one.path: one for one in self.placed}

    @cached_property
    def install_names(self) -> frozenset[str]:
        """The install names of the wheel's libraries, as far as they were read."""
        return frozenset(
            part.install_name
            for one in self.placed
            for part in one.member.binary.slices
            if part.install_name
        )

    @cached_property
    def is_any(self) -> bool:
        """Whether the file name's tag is for every platform."""
        return any(tag.endswith("-any") for tag in self.inspection.tags)

    @cached_property
    def pure_modules(self) -> frozenset[str]:
        """Importable names that the wheel also has in Python source, where that was recorded."""
        return frozenset(
            path.removesuffix(".py")
            for path in self.inspection.import_roots
            if path.endswith(".py")
        )

    @cached_property
    def in_process(self) -> tuple[Placed, ...]:
        """The binaries loaded into Python's process, in directory order."""
        return tuple(self.with_role(Role.MODULE, Role.LIBRARY))

    @cached_property
    def has_native(self) -> bool:
        """Whether any binary loaded into Python has the target system's format."""
        return any(map(self.is_native, self.in_process))

    @cached_property
    def programs(self) -> tuple[Placed, ...]:
        """The binaries that run in a process of their own, in directory order."""
        return tuple(self.with_role(Role.EXECUTABLE))

    @cached_property
    def programs_by_prefix(self) -> Mapping[tuple[str, BinaryFormat, _Held], Sequence[Placed]]:
        """The programs by the folder above their `bin` (or `bin.real`), and by what they hold."""
        found: dict[tuple[str, BinaryFormat, _Held], list[Placed]] = defaultdict(list)
        for one in self.programs:
            prefix, _, name = one.path.rpartition("/")[0].rpartition("/")
            if prefix and name.startswith("bin"):
                binary = one.member.binary
                found[prefix, binary.format, binary.architectures].append(one)
        return found

    @cached_property
    def foreign(self) -> tuple[Placed, ...]:
        """The members of `in_process` in another system's format."""
        return tuple(one for one in self.in_process if not self.is_native(one))

    @cached_property
    def native_architectures(self) -> frozenset[Architecture]:
        """The architectures of all binaries for the target's system, data aside."""
        used = (one for one in self.placed if one.role is not Role.DATA and self.is_native(one))
        return frozenset(each for one in used for each in one.member.binary.architectures)

    @cached_property
    def managed_folders(self) -> frozenset[str]:
        """The folders of programs that .NET runs."""
        return frozenset(
            one.path.rpartition("/")[0]
            for one in self.placed
            for part in one.member.binary.slices
            if part.managed and part.kind is BinaryKind.EXECUTABLE
        )

    @cached_property
    def picked_by_python(self) -> frozenset[str]:
        """The files that a wheel for any platform has once for each of several Pythons.

        Their names end in a Python's version, as importlib's never do (`solver_311.so` beside
        `solver_312.so`): the project's own code picks one when it needs it, and can expect none.
        A name that cannot be imported at all (`core_2.1.0_37.so`) shows that for itself, unless the
        version is the target's.
        """
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in self.in_process if self.is_any else ():
            match = _PYTHON_VERSION.search(one.path)
            if match and not one.name.stem.startswith("lib"):
                found[one.path[: match.start()], match["ending"]].append(one.path)
        minor = self.target.python.version[1]
        return frozenset(
            path
            for (_, ending), paths in found.items()
            for path in paths
            if len(paths) > 1
            or not (self.by_path[path].name.importable or _is_for_minor(path, ending, minor))
        )

    @cached_property
    def has_modules(self) -> bool:
        """Whether any binary is imported by name."""
        return any(self.with_role(Role.MODULE))

    @cached_property
    def for_this_python(self) -> tuple[Placed, ...]:
        """The modules that the target's interpreter would import, whatever their content."""
        return tuple(one for one in self.with_role(Role.MODULE) if self.imports(one))

    @cached_property
    def program_folders(self) -> frozenset[str]:
        """The folders of all programs."""
        return frozenset(one.path.rpartition("/")[0] for one in self.programs)

    @cached_property
    def has_native_programs(self) -> bool:
        """Whether any program has the target system's format."""
        return any(map(self.is_native, self.programs))

    @cached_property
    def foreign_formats(self) -> frozenset[BinaryFormat]:
        """The formats of the members of `foreign`."""
        return frozenset(one.member.binary.format for one in self.foreign)

    @cached_property
    def basenames(self) -> frozenset[str]:
        """The base names of all binaries."""
        return frozenset(path.rpartition("/")[2] for path in self.by_path)

    @cached_property
    def _by_family(self) -> dict[tuple[str, ...], list[Placed]]:
        found: dict[tuple[str, ...], list[Placed]] = defaultdict(list)
        for one in self.placed:
            found[one.name.family].append(one)
        return found

    def iter_plainer(self, one: Placed, *roles: Role) -> Iterator[Placed]:
        """Yield those of some roles beside a binary whose name its own adds to: `x` to `x_power`.

        Words for machines do not count.
        """
        *folders, stem = one.name.family
        for end in re.finditer("_", stem):
            plainer = self._by_family.get((*folders, stem[: end.start()]), ())
            yield from (each for each in plainer if each.role in roles)

    def serving(self, architecture: Architecture) -> Serving:
        """Return what a process of this architecture loads."""
        if architecture not in self._serving:
            fitting = [one for one in self.in_process if self.fits(one, architecture)]
            imported = [one for one in fitting if self.imports(one)]
            untagged = (one.path for one in fitting if not one.name.tagged)
            lacking = [one for one in self.for_this_python if not self.fits(one, architecture)]
            self._serving[architecture] = Serving(
                in_process=bool(fitting),
                modules=bool(imported),
                tagged_modules=any(o.role is Role.MODULE and o.name.tagged for o in imported),
                module_folders=frozenset(one.path.rpartition("/")[0] for one in imported),
                folders=frozenset(path.rpartition("/")[0] for path in untagged),
                program_folders=frozenset(
                    one.path.rpartition("/")[0]
                    for one in self.programs
                    if self.fits(one, architecture)
                ),
                every_module=not lacking,
                tagged_by_folder=_count_tagged(self.for_this_python, lacking),
                translated_stems=self._collect_translated(architecture),
            )
        return self._serving[architecture]

    def _collect_translated(
        self, architecture: Architecture
    ) -> dict[tuple[str, bool, _Held], set[str]]:
        found: dict[tuple[str, bool, _Held], set[str]] = defaultdict(set)
        for one in self.programs:
            if find_translator(one.member, self.target, architecture):
                folder = one.path.rpartition("/")[0]
                reach = folder.removesuffix("/bin")
                held = one.member.binary.architectures
                found[reach, reach != folder, held].add(one.name.family[-1])
        return found

    def served_by_modules(self, architecture: Architecture) -> frozenset[Architecture]:
        """Return what all modules with an interpreter's suffix are for, if this is always there.

        Only modules of the target's system count. Empty if there are none, or if one does not fit.
        """
        if architecture not in self._served:
            modules = [
                one
                for one in self.with_role(Role.MODULE)
                if one.name.tagged and self.is_native(one)
            ]
            fits = all(self.fits(one, architecture) for one in modules)
            held = (one.member.binary.architectures for one in modules if fits)
            self._served[architecture] = frozenset[Architecture]().union(*held)
        return self._served[architecture]

    def serves(self, architecture: Architecture) -> bool:
        """Return whether a process of this architecture loads anything from the wheel."""
        return self.serving(architecture).in_process

    def runs(self, architecture: Architecture) -> bool:
        """Return whether the wheel has a program that runs natively on this architecture."""
        return bool(self.serving(architecture).program_folders)

    def with_role(self, *roles: Role) -> Iterator[Placed]:
        """Yield the binaries that have one of these roles, in directory order."""
        return (one for one in self.placed if one.role in roles)

    def fit(self, one: Placed, architecture: Architecture) -> Fit:
        """Return how a binary fits one of the target's architectures."""
        return fit_of(one.member.binary, self.target, architecture)

    def fits(self, one: Placed, architecture: Architecture) -> bool:
        """Return whether a process of this architecture can load the binary."""
        return find_slice(one.member.binary, self.target, architecture) is not None

    def is_native(self, one: Placed) -> bool:
        """Return whether the binary has the format that the target's system loads."""
        return is_native_format(one.member.binary, self.target.operating_system)

    def imports(self, one: Placed) -> bool:
        """Return whether the target's interpreter would import this file as a module."""
        return one.name.importable and one.name.suffix in self.suffixes

    def has_source(self, one: Placed) -> bool:
        """Return whether the wheel also has a module in Python source, which is imported too.

        What compiled modules share is needed by none of them where all have source.
        """
        if one.name.stem.endswith(conventions.SHARED_BY_COMPILED):
            return self._is_compiled_from_source
        return self._lies_beside_source(one)

    @cached_property
    def _is_compiled_from_source(self) -> bool:
        """Whether every module with an interpreter's suffix has source, what they share aside."""
        modules = [
            one
            for one in self.with_role(Role.MODULE)
            if one.name.tagged and not one.name.stem.endswith(conventions.SHARED_BY_COMPILED)
        ]
        return bool(modules) and all(map(self._lies_beside_source, modules))

    def _lies_beside_source(self, one: Placed) -> bool:
        folder = one.path.rpartition("/")[0]
        return f"{folder}/{one.name.stem}".lstrip("/") in self.pure_modules

    def is_guarded(self, one: Placed) -> bool:
        """Return whether the wheel's own Python does without a module that cannot be imported."""
        return one.path in self._guarded

    @cached_property
    def _guarded(self) -> frozenset[str]:
        """The same as a set: a hostile wheel has thousands of files of one module."""
        return frozenset(self.inspection.guarded)

    def names_other_system(self, one: Placed) -> bool:
        """Return whether the folders or the stem name another system."""
        systems = one.name.systems
        return bool(systems) and self.target.operating_system not in systems

    def spell(self, architecture: Architecture) -> str:
        """Return an architecture as the target's system writes it."""
        return spelled(architecture, self.target.operating_system)

    def describe(self, one: Placed) -> str:
        """Describe a binary's content for messages: `x86_64 code for macOS`."""
        return describe(one.member)


def _is_for_minor(path: str, ending: str, minor: int) -> bool:
    """Return whether a name ends in Python 3's version with this minor: `x_311.so`, `x_3_11.so`."""
    return path.removesuffix(ending).endswith((f"3{minor}", f"3_{minor}"))


def _count_tagged(
    modules: Sequence[Placed], lacking: Sequence[Placed]
) -> dict[str, tuple[int, int]]:
    all_of, others = (
        Counter(one.path.rpartition("/")[0] for one in counted if one.name.tagged)
        for counted in (modules, lacking)
    )
    return {folder: (count - others[folder], others[folder]) for folder, count in all_of.items()}


def find_roles(inspection: Inspection, target: Target) -> tuple[Role, ...]:
    """Return the role of each of a wheel's binaries, in their order."""
    return tuple(one.role for one in Case(inspection, target).placed)


def _place(member: BinaryMember, name: MemberName) -> Placed:
    return Placed(member=member, name=name, role=find_role(member, name))
