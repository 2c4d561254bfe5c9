"""Messages of the loaders of macOS, Linux (glibc, musl) and Android, and of shells."""

import re

from archpip.failures.messages import PATH, Complaint, Message, after_path, after_shell

_DLOPENED = re.compile(r"dlopen\((?P<path>[^,)]{1,1000})")

# `'x'`, `(x)` and bare words are how different releases of dyld write names.
LOADERS: tuple[Message, ...] = (
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="symbol not found in flat namespace",
        pattern=re.compile(r"flat namespace [('](?P<symbol>[^)']{1,1000})"),
        path=_DLOPENED,
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="Symbol not found: ",
        pattern=re.compile(r"Symbol not found: \(?(?P<symbol>[^\s)]{1,1000})"),
        path=_DLOPENED,
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words=": undefined symbol: ",
        pattern=re.compile(PATH + r": undefined symbol: (?P<symbol>[^\s,]{1,1000})"),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="Error relocating ",
        pattern=re.compile(
            r"Error relocating (?P<path>[^:]{1,1000}): (?P<symbol>[^:\s]{1,1000}): "
            r"(?:symbol not found|initial-exec TLS)"
        ),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="compatible architecture (have ",
        pattern=re.compile(
            r"'(?P<path>[^']{1,1000})' \("
            r"(?:mach-o file, but is an in|fat file, but missing )compatible architecture"
        ),
    ),
    after_path(": mach-o, but wrong architecture", Complaint.WRONG_ARCHITECTURE),
    after_shell(": mach-o, but wrong architecture", Complaint.WRONG_ARCHITECTURE),
    after_path(": no matching architecture in universal wrapper", Complaint.WRONG_ARCHITECTURE),
    after_path(": wrong ELF class", Complaint.WRONG_ARCHITECTURE),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="ad CPU type in executable: ",
        pattern=re.compile(r"ad CPU type in executable: '?(?P<path>[^']{1,1000})"),
    ),
    after_shell(": Bad CPU type in executable", Complaint.WRONG_ARCHITECTURE),
    after_shell(": bad CPU type in executable", Complaint.WRONG_ARCHITECTURE),  # Go's
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" mach-o file)",
        pattern=re.compile(
            r"'(?P<path>[^']{1,1000})' \((?:not a|slice is not valid) mach-o file\)"
        ),
    ),
    after_path(": invalid ELF header", Complaint.NOT_LOADABLE),
    after_path(": file too short", Complaint.NOT_LOADABLE),
    after_path(": ELF file ", Complaint.NOT_LOADABLE),
    after_path(": ELF load command ", Complaint.NOT_LOADABLE),
    after_path(": only ET_DYN and ET_EXEC can be loaded", Complaint.NOT_LOADABLE),
    after_shell(": cannot execute binary file", Complaint.NOT_LOADABLE),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="Exec format error: ",
        pattern=re.compile(r"Exec format error: '(?P<path>[^']{1,1000})'"),
    ),
    Message(  # runc's and Docker's
        complaint=Complaint.NOT_LOADABLE,
        words="exec format error",
        pattern=re.compile(
            r'exec(?: user process caused:? |:? "?(?P<path>[^\s":]{1,1000})"?: )"?exec format error'
        ),
    ),
    Message(  # zsh's
        complaint=Complaint.NOT_LOADABLE,
        words=": exec format error: ",
        pattern=re.compile(r"exec format error: (?P<path>\S{1,1000})"),
    ),
    after_shell(": Exec format error", Complaint.NOT_LOADABLE),
    Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words=" not found (required by ",
        pattern=re.compile(r"version \S{1,1000} not found \(required by (?P<path>[^)]{1,1000})"),
    ),
    Message(  # shortened: what needs the version is not told, at most where it is missing
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="' not found",
        pattern=re.compile(
            r"(?:(?:^|\s)(?P<path>/[^:]{1,1000}): |^)version [`']\S{1,200}' not found$"
        ),
    ),
    # A full path that cannot be opened mostly exists, but is for another C library or machine.
    after_path(": cannot open shared object file", Complaint.WRONG_ARCHITECTURE),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": cannot open shared object file",
        pattern=re.compile(r"(?:^|: )(?P<library>[^\s:/]{1,1000}): cannot open shared object file"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Error loading shared library ",
        pattern=re.compile(r"Error loading shared library (?P<library>[^\s:]{1,1000}): "),
        path=re.compile(r"\(needed by (?P<path>[^)]{1,1000})\)"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Library not loaded: ",
        pattern=re.compile(r"Library not loaded: '?(?P<library>[^\s']{1,1000})"),
        path=_DLOPENED,
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" (code signature in ",
        pattern=re.compile(r"'(?P<path>[^']{1,1000})' \(code signature in "),
    ),
    Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="' (load command 0x",
        pattern=re.compile(r"cannot load '(?P<path>[^']{1,1000})' \(load command 0x"),
    ),
    # glibc's, besides those above.
    after_path(": CPU ISA level is lower than required", Complaint.NO_INSTRUCTION),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="CPU does not support x86-64-v",
        pattern=re.compile("CPU does not support"),
    ),
    Message(  # shells', of a program whose loader is not there
        complaint=Complaint.CANNOT_OPEN,
        words="o such file or directory",
        pattern=re.compile(
            r"(?P<library>/(?:\S{1,200}/)?(?:ld-linux|ld-musl|ld64)[^\s:/'\"]{0,100})['\"]?"
            r": [Nn]o such file"
        ),
    ),
    Message(  # Docker's, likewise or where there is no program
        complaint=Complaint.CANNOT_OPEN,
        words=": no such file or directory",
        pattern=re.compile(r"^exec (?P<path>/\S{1,1000}): no such file or directory"),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words=" not defined in file ",
        pattern=re.compile(
            PATH + r": symbol (?P<symbol>[^\s,]{1,1000}),? "
            r"version \S{1,1000} not defined"
        ),
    ),
    after_path(": cannot enable executable stack", Complaint.NOT_LOADABLE),
    after_path(": failed to map segment from shared object", Complaint.NOT_LOADABLE),
    after_path(": cannot allocate memory in static TLS block", Complaint.NO_ROOM),
    Message(
        complaint=Complaint.NO_ROOM,
        words="cannot load any more object with static TLS",
        pattern=re.compile("static TLS"),
    ),
    after_shell(": cannot execute: required file not found", Complaint.NOT_LOADABLE),
    # Android's (bionic).
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words='" has unexpected e_machine',
        pattern=re.compile(r'"(?P<path>[^"]{1,1000})" has unexpected e_machine'),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="-bit instead of ",
        pattern=re.compile(r'"(?P<path>[^"]{1,1000})" is \d\d-bit instead of '),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words='" not found',
        pattern=re.compile(r'library "(?P<library>[^"]{1,1000})" not found'),
        path=re.compile(r'needed by "?(?P<path>/[^\s"]{1,1000})'),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="cannot locate symbol ",
        pattern=re.compile(
            r'symbol "(?P<symbol>[^"]{1,1000})" referenced by "(?P<path>[^"]{1,1000})"'
        ),
    ),
    # Older dyld's, which tells nothing else, and the end of its message alone.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="): image not found",
        pattern=_DLOPENED,
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Reason: image not found",
        pattern=re.compile("image not found"),
    ),
    Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="Incompatible library version: ",
        pattern=re.compile(r"version: (?P<path>\S{1,1000}) requires version "),
    ),
    # dyld's, where it tried nothing but files that are not there.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="' (no such file)",
        pattern=_DLOPENED,
    ),
)
