"""Messages of Docker, Node.js, Java and .NET, which run or load native code as well."""

import re

from archpip.failures.messages import Complaint, Message

RUNTIMES: tuple[Message, ...] = (
    # Docker's and Node.js'.
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words=" does not match the detected host platform",
        pattern=re.compile(r"image's platform \("),
    ),
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
    # Java's and .NET's.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" in java.library.path",
        pattern=re.compile(r"UnsatisfiedLinkError: no (?P<library>\S{1,200}) in java"),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="(0x8007000B)",
        pattern=re.compile(r"BadImageFormatException: An attempt was made "),
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
)
