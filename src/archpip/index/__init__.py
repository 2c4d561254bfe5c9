"""The index: sessions, project pages, ranges and downloads over the simple repository API."""

from archpip.index.model import Link

__all__ = ["Link"]
