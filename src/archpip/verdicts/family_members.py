"""Which members of a family the target loads, going by names alone.

"Fail when the target lacks something it needs, never because something foreign is present": here
the names of a file and of its neighbours decide whether the target needs it.
"""

import re

from archpip.architecture import Architecture, OperatingSystem
from archpip.binaries import BinaryFormat
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.fitting import Fit
from archpip.verdicts.roles import Role
from archpip.verdicts.translation import find_translator
from archpip.wheels import folders_above

BITS_64 = frozenset({Architecture.X86_64, Architecture.ARM64})
"""64-bit architectures of Windows and macOS, where wheels often keep leftover 32-bit code."""
_32_BITS = frozenset({Architecture.I686, Architecture.PPC})

_MANY = 10
"""Modules that fit for one that does not."""

_MOST_FOREIGN = 1000
"""With more libraries for other systems, their names are not compared."""

_NO_LETTERS = re.compile("[^a-z]+")
_VERSIONED_DYLIB = re.compile(r"\.\d+(?:\.\d+)*\.dylib$")


def is_wanted(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the target would try to load this file, going by its name."""
    if case.names_other_system(one):
        return False
    if one.name.features and architecture not in one.name.features:
        return False
    if case.fit(one, architecture) is Fit.OTHER_ARCHITECTURE:
        return True
    if one.name.tagged:
        return _is_module_to_import(case, one, architecture)
    # Another system's file is tried only if this system uses such names: macOS and Linux both load
    # `x.so`, only Windows loads `x.dll`. On macOS itself `.so` is for modules.
    shared = one.role is Role.MODULE or one.member.binary.format is BinaryFormat.ELF
    if one.name.architectures or not (shared and one.name.basename.endswith(".so")):
        return False
    # If the wheel has anything for this system, the file belongs to the other one.
    on_windows = case.target.operating_system is OperatingSystem.WINDOWS
    return not on_windows and not case.has_native


def _is_module_to_import(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the target would import another system's file by its suffix.

    Beside a module that was built for this system, it is left over from another's build: Linux and
    macOS both import `x.abi3.so`. In folders that Python does not import from (another one's
    `site-packages`), all are seen, not only those with this Python's suffixes.
    """
    if one.path.rpartition("/")[0] in case.serving(architecture).module_folders:
        return False
    return one.role is Role.MODULE or one.name.suffix in case.suffixes


def is_variant(case: Case, wanted: list[Placed], architecture: Architecture) -> bool:
    """Return whether a library is another one's build for a machine with a project-specific name.

    `x.power.so` has ppc64le code, and `x.so` in its folder has code for this target and none for
    that machine.
    """
    machines = wanted[0].member.binary.architectures
    plain = list(case.iter_plainer(wanted[0], Role.MODULE, Role.LIBRARY))
    return any(case.fits(one, architecture) for one in plain) and not any(
        one.member.binary.architectures & machines for one in plain if case.is_native(one)
    )


def find_promised(wanted: list[Placed], architecture: Architecture) -> list[Placed]:
    """Return the files whose names claim to serve this architecture.

    Those are the ones that name it, or all if none of them names any: one name for several
    machines (`Win32/x.dll` beside `x64/x.dll`) shows that the project chooses at run time.
    """
    naming = [one for one in wanted if one.name.architectures]
    if not naming:
        return wanted
    return [one for one in naming if architecture in one.name.promised]


def is_beside_source(case: Case, wanted: list[Placed]) -> bool:
    """Return whether libraries are extras of a wheel whose own code is all in Python.

    A wheel for one ABI without any module was built by a project that does without its modules
    (debugpy's speed-ups), so that a library not named after the project is no purpose of it.
    """
    abis = {tag.split("-")[1] for tag in case.inspection.tags}
    return (
        "none" not in abis
        and not case.has_modules
        and not any(is_named_after(case, one) for one in wanted)
    )


def is_for_processes_beside(case: Case, wanted: list[Placed], architecture: Architecture) -> bool:
    """Return whether all are for processes of their own that every Windows runs (WOW64).

    macOS runs no 32-bit processes any more, and wheels that are older have code for them. On other
    systems such code is kept apart from the libraries that Python loads.
    """
    if case.target.operating_system is OperatingSystem.MACOS:
        return all(is_for_32_bits(case, one, architecture) for one in wanted)
    if case.target.operating_system is not OperatingSystem.WINDOWS:
        return False
    found = [find_translator(one.member, case.target, architecture) for one in wanted]
    return all(translator is not None and translator.seamless for translator in found)


def is_for_32_bits(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a binary is the 32-bit leftover of a wheel that is for 64-bit processes.

    A wheel with only 32-bit code was built for a 32-bit Python; one that also has 64-bit code, even
    just a program, was tested on a 64-bit one. A module needs another one beside it that fits.
    """
    if architecture not in BITS_64 or not one.member.binary.architectures <= _32_BITS:
        return False
    if one.role is Role.LIBRARY:
        return not case.native_architectures.isdisjoint(BITS_64)
    folder = one.path.rpartition("/")[0]
    return case.is_any and folder in case.serving(architecture).module_folders


def is_namesake(case: Case, one: Placed) -> bool:
    """Return whether a program or library has the name of the project or of its package.

    Then it is the wheel's purpose (`kingfisher/bin/kingfisher`, `pyaec/libaec.dylib`).
    """
    project = case.inspection.filename.partition("-")[0]
    names = {_fold(name) for name in (project, *one.name.folders[:1])}
    stem = _fold(one.name.stem).removeprefix("lib")
    return stem in names or f"py{stem}" in names or f"py_{stem}" in names


def is_named_after(case: Case, one: Placed) -> bool:
    """Return whether a library's name contains that of the project or package, or is part of it.

    For example `libfoundation_models.dylib` in apple-foundation-models.
    """
    stem = _NO_LETTERS.sub("", one.name.stem.lower().removeprefix("lib"))
    project = case.inspection.filename.partition("-")[0]
    names = (_NO_LETTERS.sub("", name.lower()) for name in (project, *one.name.folders[:1]))
    return any(stem in name or name in stem for name in names)


def _fold(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def is_optional(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether the wheel is designed to work without this library."""
    serves = case.serves(architecture)
    if one.name.in_plugins:
        return serves
    if _is_of_dotnet_program(case, one):
        return True
    if not case.is_any:
        return serves and (
            _is_left_over(case, one, architecture) or _lies_with_fitting(case, one, architecture)
        )
    if _is_of_one_system(case, one) or _is_for_no_python(case, one, architecture):
        return True
    # A wheel for any platform with libraries for one system only works without them on others,
    # and if some of them fit this architecture, it was built for it.
    extra = one.name.basename.lower().endswith((".dll", ".dylib"))
    return extra and ((serves and not case.foreign) or _is_extra_of_macos(case, one))


def _is_extra_of_macos(case: Case, one: Placed) -> bool:
    """Return whether a library is a third party's copy that the wheel brings for macOS, not Linux.

    Its name has a version, as a project's own builds hardly ever have, and Linux works without it,
    or with a copy of its own (`libavcodec.58.dylib` in arcade). A library named after the wheel is
    the wheel's purpose, and so may be one beside a program.
    """
    return (
        _VERSIONED_DYLIB.search(one.name.basename.lower()) is not None
        and not case.has_native_programs
        and not is_named_after(case, one)
        and BinaryFormat.ELF not in case.foreign_formats
    )


def _is_of_dotnet_program(case: Case, one: Placed) -> bool:
    """Return whether a library belongs to a program that .NET runs in a process of its own.

    NuGet puts such libraries below the program's folder under its own names for machines, some of
    which name only a system (`runtimes/osx/native`).
    https://learn.microsoft.com/nuget/create-packages/native-files-in-net-packages
    """
    folder, found, _ = one.path.rpartition("/runtimes/")
    return bool(found) and folder in case.managed_folders


def _is_of_one_system(case: Case, one: Placed) -> bool:
    """Return whether a wheel for any platform has this library for one system only.

    Its folder or name says which, and the libraries of other systems do something else: a
    debugger's helper for macOS beside Windows' `dbghelp.dll`. If a library is the wheel's purpose,
    every system that it serves has one of that name.
    """
    if not one.name.systems or not 0 < len(case.foreign) <= _MOST_FOREIGN:
        return False
    stem = one.name.family[-1]
    return not any(
        stem in each.name.family[-1] or each.name.family[-1] in stem for each in case.foreign
    )


def _is_for_no_python(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether all modules were built for the target, and none for the library's machine.

    Then no Python that can use the wheel loads the library: it runs on a device that the wheel
    drives (kernels for an accelerator's own aarch64 and riscv64 cores, in a compiler for x86_64).
    """
    served = case.served_by_modules(architecture)
    return bool(served) and served.isdisjoint(one.member.binary.architectures)


def _is_left_over(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether modules and neighbouring libraries were built for the target, this one not.

    The others were linked against what they need: this one was copied unchanged, to be loaded by
    name (paddle's `liblapack.so.3` of x86_64, beside a dozen libraries for aarch64). It may lie in
    a folder below theirs (`openssl/libeay32.dll` of amd64, below Qt's libraries for x86), but not
    be named after the project there.
    """
    if any(tag.startswith("py") for tag in case.inspection.tags):
        return False  # For any Python, without modules: its libraries are its purpose.
    serving = case.serving(architecture)
    if not serving.modules:
        return False
    folder = one.path.rpartition("/")[0]
    return folder in serving.folders or (
        not is_named_after(case, one)
        and any(above in serving.folders for above in folders_above(folder))
    )


def _lies_with_fitting(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a library lies with programs and other libraries that fit, and no modules.

    The programs are the wheel's purpose then, and whatever they link is judged with them: this one
    was copied with the rest of a folder (QEMU for arm64 beside a few DLLs of amd64).
    """
    folder = one.path.rpartition("/")[0]
    serving = case.serving(architecture)
    return (
        not case.has_modules
        and folder in serving.program_folders
        and folder in serving.folders
        and not is_named_after(case, one)
    )


def is_one_of_many(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a module is public, and nearly all modules in its folder fit the target.

    They were built for it by the same build, which leaves out what it has no libraries for
    (panda3d's binding of libRocket). The package does without such a module, which its user
    imports; private ones (`_core`) the package itself imports, and others if its source says so.
    """
    is_public = one.name.tagged and not one.name.stem.startswith("_")
    if not is_public or one.path in case.inspection.demanded:
        return False
    folder = one.path.rpartition("/")[0]
    fitting, others = case.serving(architecture).tagged_by_folder.get(folder, (0, 0))
    return fitting >= _MANY * others


def is_driver(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether a plainly named `x.so` is probably no module, but a leftover.

    If the modules built for the target have an interpreter-specific suffix, this file is for
    another loader (Mesa's `swrast_dri.so` of x86_64 in open3d's wheel for aarch64).
    """
    return (
        not one.name.tagged
        and not case.is_any
        and case.serving(architecture).tagged_modules
        and _is_left_over(case, one, architecture)
    )
