"""Messages of what runs or loads native code as well: containers, emulators, other languages."""

import re

from archpip.failures.messages import Complaint, Message, after_shell

RUNTIMES: tuple[Message, ...] = (
    # Containers'. An image that is there is for another machine, or none is for this one.
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words=" does not match the ",
        pattern=re.compile(r"platform \(\S{1,60}\) does not match the (?:\w{1,10} ){1,2}platform"),
    ),
    Message(
        complaint=Complaint.NO_IMAGE,
        words="no matching manifest for ",
        pattern=re.compile("no matching manifest for "),
    ),
    Message(
        complaint=Complaint.NO_IMAGE,
        words="no match for platform in manifest",
        pattern=re.compile("no match for platform"),
    ),
    # Those of emulators, mostly that they lack the loader of the program's own architecture.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": Could not open '/lib",
        pattern=re.compile(r"qemu-[\w-]{1,40}: Could not open '(?P<library>/lib[^']{1,1000})'"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="failed to open elf at ",
        pattern=re.compile(r"failed to open elf at (?P<library>/\S{1,1000})"),
    ),
    after_shell(": Invalid ELF image for this architecture", Complaint.WRONG_ARCHITECTURE),
    # Node.js'.
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="spawn Unknown system error -86",
        pattern=re.compile("error -86"),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="spawn ",
        pattern=re.compile(r"spawn (?:Unknown system error -8$|ENOEXEC)"),
    ),
    Message(
        complaint=Complaint.OTHER_RELEASE,
        words="The module '",
        pattern=re.compile(r"The module '(?P<path>[^']{1,1000}\.node)'"),
    ),
    Message(
        complaint=Complaint.OTHER_RELEASE,
        words="Module did not self-register: ",
        pattern=re.compile(r"self-register: '(?P<path>[^']{1,1000})'"),
    ),
    Message(  # Go's
        complaint=Complaint.OTHER_RELEASE,
        words="plugin was built with a different version of package ",
        pattern=re.compile("plugin was built"),
    ),
    # NumPy's and Cython's, of a module that was compiled with another release of what it imports.
    Message(
        complaint=Complaint.OTHER_RELEASE,
        words=" size changed, may indicate binary incompatibility",
        pattern=re.compile("size changed"),
    ),
    Message(
        complaint=Complaint.OTHER_RELEASE,
        words=" has the wrong size, try recompiling",
        pattern=re.compile("wrong size"),
    ),
    Message(
        complaint=Complaint.OTHER_RELEASE,
        words="module compiled against A",
        pattern=re.compile(r"compiled against A[BP]I version 0x"),
    ),
    Message(
        complaint=Complaint.OTHER_RELEASE,
        words="A module that was compiled using NumPy ",
        pattern=re.compile("cannot be run in"),
    ),
    # Java's and .NET's.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": Can't find dependent libraries",
        pattern=re.compile(r"UnsatisfiedLinkError: (?P<path>[^*?\"<>|]{1,1000}?): Can't find "),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="JVM DLL not found: ",
        pattern=re.compile(r"DLL not found: (?P<path>\S{1,1000})"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" in java.library.path",
        pattern=re.compile(r"UnsatisfiedLinkError: no (?P<library>\S{1,200}) in java"),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="(0x8007000B)",
        pattern=re.compile(
            r"(?:BadImageFormatException|DLL '(?P<library>[^',]{1,1000})'): An attempt was made "
        ),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words=": Can't load ",
        pattern=re.compile(
            r"UnsatisfiedLinkError: (?P<path>[^*?\"<>|]{1,1000}?): Can't load .{1,40}-bit "
        ),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Can't load library: ",
        pattern=re.compile(r"UnsatisfiedLinkError: Can't load library: (?P<path>.{1,1000})"),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="BadImageFormatException: ",
        pattern=re.compile(r"file or assembly '(?P<library>[^',]{1,1000})"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="DllNotFoundException: ",
        pattern=re.compile(r"(?:shared library|DLL) '(?P<library>[^',]{1,1000})'"),
    ),
    # What was built for more than the processor has.
    # Processors', by the names that shells, debuggers and Windows have for them.
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="llegal ",
        pattern=re.compile(r"\b[Ii]llegal (?:hardware )?instruction"),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="SIGILL",
        pattern=re.compile(r"\bSIGILL\b"),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words=" but your machine doesn't support: ",
        pattern=re.compile("baseline optimizations: "),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words=" instructions, but these aren't available on your machine",
        pattern=re.compile("was compiled to use "),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="Incompatible processor. ",
        pattern=re.compile("requires the following features: "),
    ),
    # pip's and uv's.
    Message(
        complaint=Complaint.OTHER_WHEEL,
        words=" is not a supported wheel on this platform",
        pattern=re.compile(r"(?P<path>[^\s'\"/]{1,300}\.whl) is not a supported"),
    ),
    Message(
        complaint=Complaint.OTHER_WHEEL,
        words=" dependency is incompatible with the current platform",
        pattern=re.compile(r"A path \((?P<path>[^)]{1,1000}\.whl)\) dependency is incompatible"),
    ),
    # Python's, where a module is for another release.
    Message(
        complaint=Complaint.OTHER_PYTHON,
        words=" conflicts with this version of Python",
        pattern=re.compile(r"Module use of (?P<library>[^\s/]{1,200}) conflicts"),
    ),
    Message(
        complaint=Complaint.OTHER_PYTHON,
        words="Python version mismatch: ",
        pattern=re.compile("module was compiled for"),
    ),
    Message(  # or it is no module at all
        complaint=Complaint.OTHER_PYTHON,
        words="dynamic module does not define ",
        pattern=re.compile(r"function \((?:PyInit_|init)(?P<module>\w{1,1000})\)"),
    ),
    Message(
        complaint=Complaint.NO_MODULE,
        words="No module named ",
        pattern=re.compile(r"No module named '?(?P<module>[\w.]{1,1000})'?"),
    ),
    Message(
        complaint=Complaint.NO_MODULE,
        words="cannot import name ",
        pattern=re.compile(
            r"cannot import name '(?P<module>\w{1,1000})' from "
            r"(?:partially initialized module )?'(?P<package>[\w.]{1,1000})'"
        ),
    ),
    # What wraps native code says so in words of its own.
    Message(  # pycryptodome's
        complaint=Complaint.NO_MODULE,
        words="Cannot load native module '",
        pattern=re.compile(r"native module '(?P<module>[\w.]{1,1000})': Not found"),
    ),
    Message(  # OpenCV's, where the package finds itself in place of its module
        complaint=Complaint.NO_MODULE,
        words='recursion is detected during loading of "',
        pattern=re.compile(r'during loading of "(?P<package>(?P<module>\w{1,200}))" binary'),
    ),
    Message(  # Qt's: `libqxcb.so`, `qwindows.dll`
        complaint=Complaint.CANNOT_OPEN,
        words="the Qt platform plugin ",
        pattern=re.compile(r'(?:find|load) the Qt platform plugin "(?P<library>\w{1,100})"'),
        library_start="q",
    ),
    # The system's words, where nobody says of which file.
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="xec format error",
        pattern=re.compile(r"\b[Ee]xec format error"),
    ),
)
