"""Turn a failed build's log into a helpful error: what failed, or what this machine lacks."""

import re
from collections.abc import Sequence

from archpip.builds.logs import find_first_error
from archpip.builds.plan import BuildPlan, Strategy

# Headers and frameworks of Apple's SDK, which zig does not have.
_APPLE = re.compile(
    r"fatal error: '(?:AppKit|ApplicationServices|AvailabilityInternal|Carbon|Cocoa|CoreFoundation"
    r"|CoreGraphics|CoreServices|Foundation|IOKit|Metal|Security|SystemConfiguration)/[^']*'"
    r"|unable to find framework '[^']*'|framework not found"
)
_NO_COMPILER = re.compile(
    r"error: command '(?P<name>[^']+)' failed: No such file or directory"
    r"|unable to execute '(?P<other>[^']+)': No such file or directory"
    r"|No CMAKE_C(?:XX)?_COMPILER could be found"
    r"|Microsoft Visual C\+\+ [\d.]+ or greater is required"
    r"|(?P<cargo>cargo), the Rust package manager, is not installed"
    r"|error: can't find (?P<rust>Rust) compiler"  # setuptools-rust
    r"|Unknown compiler\(s\): \[\['(?P<first>[^']+)'"  # meson
)

# maturin's sdists ask for puccinialin where there is no cargo; it fetches one, or fails to.
_NO_RUST_FETCHED = re.compile(r'File "[^"]*[/\\]puccinialin[/\\]')

_NO_LIBRARY = re.compile(
    r"fatal error: \S+: No such file or directory|\bld\S*: cannot find -l|Could NOT find \w+"
    r"|Dependency \S+ found: NO"
)

_INSTALL_ONE = (
    "Install a compiler (`apt install build-essential`, `xcode-select --install`, or Visual "
    "Studio's build tools; `rustup` for Rust) and try again."
)


def find_missing(lines: Sequence[str], plan: BuildPlan) -> tuple[str, str] | None:
    """Return what this machine lacks and how to get it; `None` if the log shows nothing."""
    for line in lines:
        if plan.strategy is Strategy.ZIG and _APPLE.search(line):
            return (
                f"it needs Apple's SDK ({line.strip()})",
                "zig has no Apple frameworks: build it on a Mac with `archpip wheel`.",
            )
        if _NO_RUST_FETCHED.search(line):
            return ("Rust is not on this machine, and could not be fetched", _INSTALL_ONE)
        match = _NO_COMPILER.search(line)
        if match:
            name = match[match.lastgroup] if match.lastgroup else "a C compiler"
            return (
                f"{name} is not on this machine ({line.strip()})",
                _INSTALL_ONE,
            )
    return None


def find_advice(lines: Sequence[str], plan: BuildPlan) -> str | None:
    """Return advice on a failed build from the errors in its log, or `None`."""
    crossing = plan.strategy in {Strategy.CROSS, Strategy.EMULATED}
    if crossing and any(_NO_LIBRARY.search(line) for line in lines):
        python = plan.target.python.short_version
        return (
            f"A library of {plan.target.name} is missing: `archpip toolchain add "
            f"{plan.target.name} --python-version {python} --package NAME` puts one more of "
            "Debian's packages (libssl-dev) into the system root."
        )
    return None


def find_reason(lines: Sequence[str]) -> str | None:
    """Return the first real error of the last command in a log, each begun by `$ COMMAND`."""
    return find_first_error(last_command(lines))


def last_command(lines: Sequence[str]) -> Sequence[str]:
    """Return the output of the last command in a log."""
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    return lines[starts[-1] + 1 :] if starts else lines
