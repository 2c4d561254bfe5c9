"""What the store says about itself."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """What a store holds."""

    path: Path
    inspections: int
    stale_inspections: int
    """Of `inspections`, those that another reader version wrote: kept for it, of no use here."""
    metadata: int
    pages: int
    size_bytes: int
    """Of the files on disk, the write-ahead log too."""
