"""Read files of certificate authorities and of the client certificate."""

import re
from binascii import a2b_base64
from pathlib import Path

from archpip.index.errors import CertificateFileError

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
"""RFC 7468, §5."""


def read_authorities(bundle: Path | None) -> list[bytes]:
    """Return the certificates (DER) in a PEM file, or in the files of a folder.

    OpenSSL, which takes ten times as long, is not needed to decode PEM.

    Raises:
        CertificateFileError: A file cannot be read, or contains none.
    """
    if bundle is None:
        return []
    found: list[bytes] = []
    try:
        for path in sorted(bundle.iterdir()) if bundle.is_dir() else [bundle]:
            certificates = [a2b_base64(one) for one in _CERTIFICATE.findall(path.read_bytes())]
            if not certificates:
                raise CertificateFileError(path=path, reason="it holds none")
            found += certificates
    except OSError as error:
        raise CertificateFileError(path=bundle, reason=_reason(error)) from error
    except ValueError as error:
        raise CertificateFileError(path=bundle, reason=str(error)) from error
    return found


def read_identity(path: Path | None) -> bytes | None:
    """Return a PEM file that holds a certificate and its key.

    Raises:
        CertificateFileError: It cannot be read, or does not contain both.
    """
    if path is None:
        return None
    import ssl  # takes 7 ms to import, and is needed only with this option

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(path)
        return path.read_bytes()
    except OSError as error:
        raise CertificateFileError(path=path, reason=_reason(error)) from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
