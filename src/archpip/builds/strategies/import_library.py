"""The names that a Windows Python exports, found in its headers, for an import library.

Linking an extension module for Windows needs `python311.lib`, which only Windows' Python brings.
Every exported name stands in the headers, as PyAPI_FUNC or PyAPI_DATA, whatever the system.
"""

import re
from collections.abc import Iterable

_FUNCTION = re.compile(r"\bPyAPI_FUNC\((?:[^()]|\([^()]*\))*\)\s*\**\s*(?:\w+\s+)*(\w+)\s*\(")
_DATA = re.compile(r"\bPyAPI_DATA\((?:[^()]|\([^()]*\))*\)\s*\**\s*(\w+)")


def write_definitions(dll: str, headers: Iterable[str]) -> str:
    """Return a module-definition file (.def) with every name of the headers, sorted."""
    functions: set[str] = set()
    data: set[str] = set()
    for text in headers:
        functions.update(_FUNCTION.findall(text))
        data.update(_DATA.findall(text))
    names = [*sorted(functions - data), *(f"{name} DATA" for name in sorted(data))]
    return f"LIBRARY {dll}\nEXPORTS\n" + "".join(f"    {name}\n" for name in names)
