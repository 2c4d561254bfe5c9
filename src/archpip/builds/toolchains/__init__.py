"""Toolchains: compiler, sysroot, Python headers and emulator for one target, in one folder.

`model.py` says what one is; `shelf.py` keeps them under the user's data folder; `debian.py` makes
one from Debian's packages without touching the system; `zig.py` gets zig from the package index;
`doctor.py` tries one out.
"""
