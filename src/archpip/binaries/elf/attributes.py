"""Whether a 32-bit ARM file passes floats in registers, if its header does not say.

Source: "Addenda to, and Errata in, the ABI for the Arm Architecture", chapter 3 "Build attributes".
"""

from collections.abc import Iterator
from struct import Struct

from archpip.binaries.elf.header import ElfHeader, find_section
from archpip.binaries.leb128 import read_uleb128
from archpip.binaries.limits import MAX_NOTE_BYTES
from archpip.binaries.window import Window

_SHT_ARM_ATTRIBUTES = 0x7000_0003
_FORMAT_VERSION = b"A"
_VENDOR = b"aeabi\0"
_TAG_FILE = 1
_TAG_ABI_VFP_ARGS = 28
_TAG_COMPATIBILITY = 32  # a number and a string
_STRING_TAGS = {4, 5}  # Tag_CPU_raw_name, Tag_CPU_name
_BASE_VARIANT = 0


def find_arm_hard_float(file: Window, header: ElfHeader) -> bool | None:
    """Return whether `.ARM.attributes` requires float registers.

    Returns `None` if there is no such section. A section without the attribute means its default,
    the base variant, which is soft-float.

    Raises:
        TruncatedBinaryError: The section headers or the section lie outside the file.
    """
    section = find_section(file, header, _SHT_ARM_ATTRIBUTES)
    if section is None or section.size > MAX_NOTE_BYTES:
        return None
    content = file.read(section.offset, section.size, ".ARM.attributes")
    if content[:1] != _FORMAT_VERSION:
        return None
    word = Struct(f"{header.order}I")
    position = 1
    while position + word.size <= len(content):
        (size,) = word.unpack_from(content, position)
        vendor = content[position + word.size : position + size]
        if vendor.startswith(_VENDOR):
            attributes = _file_attributes(vendor[len(_VENDOR) :], word)
            return attributes.get(_TAG_ABI_VFP_ARGS, _BASE_VARIANT) != _BASE_VARIANT
        position += max(size, word.size)
    return False


def _file_attributes(content: bytes, word: Struct) -> dict[int, int]:
    """Return the numeric attributes of the whole file, by tag."""
    tag, position = read_uleb128(content, 0)
    if tag != _TAG_FILE or position + word.size > len(content):
        return {}
    (size,) = word.unpack_from(content, position)
    return dict(_iter_attributes(content[position + word.size : size]))


def _iter_attributes(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield tag and value; above 32, odd tags have strings and even ones numbers."""
    position = 0
    while position < len(content):
        tag, position = read_uleb128(content, position)
        is_string = tag in _STRING_TAGS or (tag > _TAG_COMPATIBILITY and tag % 2)
        if not is_string:
            value, position = read_uleb128(content, position)
            yield tag, value
        if is_string or tag == _TAG_COMPATIBILITY:
            end = content.find(b"\0", position)
            position = len(content) if end < 0 else end + 1
