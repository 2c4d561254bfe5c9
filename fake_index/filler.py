"""Bytes that stand for code: the same on every run, and as hard to compress as real code."""

import hashlib


def filler(length: int, seed: str = "") -> bytes:
    """Return `length` bytes that depend on nothing but the arguments."""
    return hashlib.shake_128(seed.encode()).digest(length)


def align(offset: int, alignment: int) -> int:
    """Return the first multiple of `alignment` at or after `offset`."""
    return -(-offset // alignment) * alignment


def pad(content: bytes, alignment: int) -> bytes:
    """Return the content with zeros behind it, up to a multiple of `alignment`."""
    return content.ljust(align(len(content), alignment), b"\0")
