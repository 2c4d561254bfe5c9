"""The index: sessions, project pages, ranges and downloads over the simple repository API.

The client itself is `archpip.index.client.IndexClient`, which is slow to import.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.index.certificates import read_authorities, read_identity
    from archpip.index.described import Described, offers_metadata, sha256_of, url_of
    from archpip.index.errors import (
        AuthenticationRequiredError,
        CertificateFileError,
        CheckoutError,
        DownloadWriteError,
        HashMismatchError,
        IndexUnavailableError,
        InsecureOriginError,
        ProjectNotFoundError,
        SizeMismatchError,
    )
    from archpip.index.file_cache import CachedFiles, FileCache
    from archpip.index.kept import KeptPages
    from archpip.index.listing import ListedFile, Place, Places, ProjectLinks, find_version
    from archpip.index.locations import find_pin
    from archpip.index.model import FileStream, Link
    from archpip.index.once import OncePerKey
    from archpip.index.options import (
        PYPI_URL,
        Authenticate,
        IndexLocations,
        IndexPin,
        IndexTerms,
        KeyringProvider,
        SessionOptions,
    )
    from archpip.index.page import Page
    from archpip.index.urls import (
        filename_of,
        is_well_formed,
        path_of,
        to_file_url,
        with_credentials,
        without_credentials,
        without_dot_segments,
    )
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "PYPI_URL",
    "Authenticate",
    "AuthenticationRequiredError",
    "CachedFiles",
    "CertificateFileError",
    "CheckoutError",
    "Described",
    "DownloadWriteError",
    "FileCache",
    "FileStream",
    "HashMismatchError",
    "IndexLocations",
    "IndexPin",
    "IndexTerms",
    "IndexUnavailableError",
    "InsecureOriginError",
    "KeptPages",
    "KeyringProvider",
    "Link",
    "ListedFile",
    "OncePerKey",
    "Page",
    "Place",
    "Places",
    "ProjectLinks",
    "ProjectNotFoundError",
    "SessionOptions",
    "SizeMismatchError",
    "filename_of",
    "find_pin",
    "find_version",
    "is_well_formed",
    "offers_metadata",
    "path_of",
    "read_authorities",
    "read_identity",
    "sha256_of",
    "to_file_url",
    "url_of",
    "with_credentials",
    "without_credentials",
    "without_dot_segments",
]
