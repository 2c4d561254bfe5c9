"""Errors of the store. None of them stops archpip: it continues without the cache."""

from pathlib import Path

from archpip.errors import StoreError


class StoreUnusableError(StoreError):
    """The store's file cannot be opened, read or written."""

    code = "store-unusable"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"The store {self.path} cannot be used: {self.reason}"

    @property
    def hint(self) -> str:
        """Say that nothing is lost."""
        return "Nothing is remembered; another folder can be given as cache-dir."


class StoreBusyError(StoreError):
    """Another process locked the store for longer than archpip waits."""

    code = "store-busy"

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"The store {self.path} is in use by another process"

    @property
    def hint(self) -> str:
        """Say that it passes."""
        return "Commands go on without it; it can be used again when the other process is done."


class StoreDamagedError(StoreError):
    """The store's file is damaged; it was moved aside, and a new one is used."""

    code = "store-damaged"

    def __init__(self, *, path: Path, moved_to: Path) -> None:
        super().__init__(path, moved_to)
        self.path = path
        self.moved_to = moved_to

    def __str__(self) -> str:
        return f"The store {self.path} was damaged: it was moved to {self.moved_to.name}"

    @property
    def hint(self) -> str:
        """Say what to do with the damaged file."""
        return "The damaged file can be deleted: all it held can be read anew."


class StoreServerError(StoreError):
    """The store's database server cannot be reached, or refuses a query."""

    code = "store-server"

    def __init__(self, *, location: str, reason: str) -> None:
        super().__init__(location, reason)
        self.location = location
        """Without credentials."""
        self.reason = reason

    def __str__(self) -> str:
        return f"The store {self.location} cannot be used: {self.reason}"

    @property
    def hint(self) -> str:
        """Say that it goes on."""
        return "Work goes on without it, and it is tried again."


class StoreVersionError(StoreError):
    """The store was made by a newer archpip."""

    code = "store-version"

    def __init__(self, *, path: Path | str, found: int, supported: int) -> None:
        super().__init__(path, found, supported)
        self.path = path
        self.found = found
        self.supported = supported

    def __str__(self) -> str:
        return (
            f"The store {self.path} has version {self.found}, "
            f"and this archpip knows versions up to {self.supported}"
        )

    @property
    def hint(self) -> str:
        """Say how both can work."""
        if isinstance(self.path, str):
            return "Upgrade archpip, or give another database as the store."
        return "Upgrade archpip, give another cache-dir, or run `archpip cache clear`."
