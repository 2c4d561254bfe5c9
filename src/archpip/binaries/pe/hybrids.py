"""PE files whose machine number is not the whole truth: ARM64EC, ARM64X, and .NET assemblies.

Source: `winnt.h`: `IMAGE_LOAD_CONFIG_DIRECTORY32`, `IMAGE_LOAD_CONFIG_DIRECTORY64`; ECMA-335
§II.25.3.3 and `corhdr.h`: `IMAGE_COR20_HEADER`; .NET's `readytorun.h`: `READYTORUN_HEADER`.
"""

from struct import Struct

from archpip.binaries.pe.header import Directory, Image

_WORD = Struct("<I")

# CHPEMetadataPointer: how wide it is, and where it lies in the load configuration.
_HYBRID_POINTER = {False: (Struct("<I"), 0x7C), True: (Struct("<Q"), 0xC8)}

# cb, runtime version (2), metadata (2), Flags, entry point, resources (2), strong name (2),
# code manager (2), vtable fixups (2), export address table jumps (2), ManagedNativeHeader (2)
_CLR_HEADER = Struct("<I2H16I")
_FLAGS_INDEX = 5
_NATIVE_HEADER_INDEX = 17
_IL_ONLY = 0x1
_REQUIRES_32_BIT = 0x2
_IL_LIBRARY = 0x4
_PREFERS_32_BIT = 0x2_0000

_READY_TO_RUN = Struct("<4s2HI")  # Signature, MajorVersion, MinorVersion, Flags
_READY_TO_RUN_MAGIC = b"RTR\0"
_PLATFORM_NEUTRAL_SOURCE = 0x1


def has_hybrid_metadata(image: Image) -> bool:
    """Return whether the load configuration points at CHPE metadata.

    Such a file holds arm64 code for processes that Windows on Arm runs as x64 or x86: with the
    machine number of x64 it is ARM64EC, with that of arm64 it is ARM64X and serves both.

    Raises:
        TruncatedBinaryError: The file ends within the load configuration.
        MalformedBinaryError: It is at an address that no section loads.
    """
    address, _ = image.directory(Directory.LOAD_CONFIGURATION)
    if not address:
        return False
    what = "load configuration"
    configuration = image.at(address, what)
    # Its first field is its size; the directory's was once frozen for compatibility.
    (size,) = configuration.unpack(_WORD, 0, what)
    pointer, offset = _HYBRID_POINTER[image.is_wide]
    if size < offset + pointer.size:
        return False
    return bool(configuration.unpack(pointer, offset, what)[0])


def is_managed(image: Image, *, is_x86: bool) -> bool:
    """Return whether this is a .NET assembly that every processor's runtime can load.

    Such an assembly has x86 in its header, or the machine for which its code was compiled ahead of
    time (ReadyToRun); the CLR header says that it has the intermediate language for all others. An
    assembly of IL that was built *for* x64 or arm64 has that machine, and needs it.

    Raises:
        TruncatedBinaryError: The file ends within a header.
        MalformedBinaryError: One is at an address that no section loads.
    """
    address, _ = image.directory(Directory.CLR)
    if not address:
        return False
    header = image.at(address, "CLR header").unpack(_CLR_HEADER, 0, "CLR header")
    flags = header[_FLAGS_INDEX]
    if flags & _IL_LIBRARY and header[_NATIVE_HEADER_INDEX]:
        return _is_neutral(image, header[_NATIVE_HEADER_INDEX])
    # "Prefers 32 bits" sets the bit of "requires" as well, for runtimes that do not know it.
    requires_32_bit = flags & _REQUIRES_32_BIT and not flags & _PREFERS_32_BIT
    return is_x86 and bool(flags & _IL_ONLY) and not requires_32_bit


def _is_neutral(image: Image, address: int) -> bool:
    """Return whether code compiled ahead of time was built for any processor."""
    content = image.at(address, "ReadyToRun header").read(
        0, _READY_TO_RUN.size, "ReadyToRun header"
    )
    magic, _, _, flags = _READY_TO_RUN.unpack(content)
    return magic == _READY_TO_RUN_MAGIC and bool(flags & _PLATFORM_NEUTRAL_SOURCE)
