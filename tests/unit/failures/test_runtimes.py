"""Messages of what runs or loads native code as well, word for word, as users report them."""

import pytest

from archpip.failures import Complaint, Suspect
from tests.unit.failures.messages import BEFORE, check, of

MESSAGES = {
    "Illegal instruction (core dumped)": of(Complaint.NO_INSTRUCTION),
    "zsh: illegal hardware instruction  python": of(Complaint.NO_INSTRUCTION),
    # Those of Python itself, of other runtimes, and of emulators.
    "ModuleNotFoundError: No module named '_cffi_backend'": of(
        Complaint.NO_MODULE, module="_cffi_backend"
    ),
    "ImportError: No module named _cffi_backend": of(Complaint.NO_MODULE, module="_cffi_backend"),
    "ImportError: cannot import name '_a' from partially initialized module 'p.q' (most": of(
        Complaint.NO_MODULE, module="p.q._a", package="p.q"
    ),
    # Of libraries that wrap native code.
    "OSError: Cannot load native module 'Crypto.Cipher._raw_ecb': Not found '_raw_ecb.abi3.so'": of(
        Complaint.NO_MODULE, module="Crypto.Cipher._raw_ecb"
    ),
    'ImportError: ERROR: recursion is detected during loading of "cv2" binary extensions.': of(
        Complaint.NO_MODULE, module="cv2.cv2", package="cv2"
    ),
    'qt.qpa.plugin: Could not find the Qt platform plugin "offscreen" in ""': of(
        Complaint.CANNOT_OPEN, library="qoffscreen"
    ),
    'qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in "" even though': of(
        Complaint.CANNOT_OPEN, library="qxcb"
    ),
    "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2": of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    "java.lang.UnsatisfiedLinkError: C:\\v\\x.dll: Can't load IA 32-bit .dll on a AMD 64-bit": of(
        Complaint.WRONG_ARCHITECTURE, path="C:/v/x.dll"
    ),
    "java.lang.UnsatisfiedLinkError: Can't load library: /v/My App/x.dylib": of(
        Complaint.CANNOT_OPEN, path="/v/My App/x.dylib"
    ),
    "System.BadImageFormatException: Could not load file or assembly 'x.dll'. An attempt": of(
        Complaint.NOT_LOADABLE, library="x.dll"
    ),
    "System.DllNotFoundException: Unable to load shared library 'libx' or one of its": of(
        Complaint.CANNOT_OPEN, library="libx"
    ),
    "OSError: [Errno 8] Exec format error": of(Complaint.NOT_LOADABLE),
    "(interrupted by signal 4: SIGILL)": of(Complaint.NO_INSTRUCTION),
    # Of another Python; then those of containers, emulators and other languages.
    "ImportError: Module use of python311.dll conflicts with this version of Python.": of(
        Complaint.OTHER_PYTHON, library="python311.dll"
    ),
    "ImportError: Python version mismatch: module was compiled for version 3.9, while": of(
        Complaint.OTHER_PYTHON
    ),
    (
        "WARNING: The requested image's platform (linux/amd64) does not match the detected host "
        "platform (linux/arm64/v8) and no specific platform was requested"
    ): of(Complaint.WRONG_ARCHITECTURE),
    "Error: spawn Unknown system error -86": of(Complaint.WRONG_ARCHITECTURE),
    "Error: spawn Unknown system error -8": of(Complaint.NOT_LOADABLE),
    "java.lang.UnsatisfiedLinkError: no x in java.library.path: /usr/java/packages/lib": of(
        Complaint.CANNOT_OPEN, library="x"
    ),
    (
        "System.BadImageFormatException: An attempt was made to load a program with an incorrect "
        "format. (0x8007000B)"
    ): of(Complaint.NOT_LOADABLE),
    "System.BadImageFormatException: Could not load file or assembly 'C:\\v\\X.dll'.": of(
        Complaint.NOT_LOADABLE, library="X.dll"
    ),
    "qemu-x86_64-static: Could not open '/lib64/ld-linux-x86-64.so.2': No such file": of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    "Error: Exec format error (os error 8)": of(Complaint.NOT_LOADABLE),
    "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.": of(
        Complaint.NO_IMAGE
    ),
    "ERROR: failed to solve: python:3.4: no match for platform in manifest: not found": of(
        Complaint.NO_IMAGE
    ),
    "WARNING: image platform (linux/amd64) does not match the expected platform (linux/arm64)": of(
        Complaint.WRONG_ARCHITECTURE
    ),
    "qemu-aarch64: ./tool: Invalid ELF image for this architecture": of(
        Complaint.WRONG_ARCHITECTURE, path="./tool"
    ),
    "java.lang.UnsatisfiedLinkError: C:\\v\\x.dll: Can't find dependent libraries": of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "OSError: [Errno 0] JVM DLL not found: /usr/lib/jvm/libjvm.so": of(
        Complaint.CANNOT_OPEN, path="/usr/lib/jvm/libjvm.so"
    ),
    "Unable to load DLL 'foo': An attempt was made to load a program with (0x8007000B)": of(
        Complaint.NOT_LOADABLE, library="foo"
    ),
    # What is made for another release of what loads it.
    (
        "Error: The module '/v/hello.node'\n"
        "was compiled against a different Node.js version using\n"
        "NODE_MODULE_VERSION 57. This version of Node.js requires"
    ): of(Complaint.OTHER_RELEASE, path="/v/hello.node"),
    "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96": of(
        Complaint.OTHER_RELEASE
    ),
    "RuntimeError: module compiled against API version 0x10 but this version of numpy is 0xf": of(
        Complaint.OTHER_RELEASE
    ),
    "ValueError: numpy.ufunc has the wrong size, try recompiling. Expected 192, got 216": of(
        Complaint.OTHER_RELEASE
    ),
    "ImportError: dynamic module does not define module export function (PyInit__x)": of(
        Complaint.OTHER_PYTHON, module="_x"
    ),
    "ImportError: dynamic module does not define init function (init_x)": of(
        Complaint.OTHER_PYTHON, module="_x"
    ),
    "A module that was compiled using NumPy 1.x cannot be run in": of(Complaint.OTHER_RELEASE),
    "Error: Module did not self-register: '/v/x.node'.": of(
        Complaint.OTHER_RELEASE, path="/v/x.node"
    ),
    'plugin.Open("/v/log"): plugin was built with a different version of package internal/cpu': of(
        Complaint.OTHER_RELEASE
    ),
    # pip's and uv's.
    "ERROR: x-2.0+cpu-cp311-cp311-linux_arm64.whl is not a supported wheel on this platform.": of(
        Complaint.OTHER_WHEEL, path="x-2.0+cpu-cp311-cp311-linux_arm64.whl"
    ),
    (
        "  cause: A path (d/x-1-py3-none-win_arm64.whl) dependency is incompatible with the "
        "current platform"
    ): of(Complaint.OTHER_WHEEL, path="d/x-1-py3-none-win_arm64.whl"),
    (
        "RuntimeError: NumPy was built with baseline optimizations: (X86_V2) "
        "but your machine doesn't support: (X86_V2)."
    ): of(Complaint.NO_INSTRUCTION),
    (
        "The TensorFlow library was compiled to use AVX instructions, but these aren't available "
        "on your machine."
    ): of(Complaint.NO_INSTRUCTION),
    "Incompatible processor. This Qt build requires the following features: neon": of(
        Complaint.NO_INSTRUCTION
    ),
}


@pytest.mark.parametrize(("text", "expected"), MESSAGES.items(), ids=range(len(MESSAGES)))
@pytest.mark.parametrize("before", BEFORE)
def test_messages_are_understood(before: str, text: str, expected: Suspect) -> None:
    check(before, text, expected)
