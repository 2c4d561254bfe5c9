"""Inspections as JSON, for the store; see `archpip.codec`.

A change that adds a field to an inspection must raise `READER_VERSION`.
"""

from archpip.codec import decode, encode
from archpip.wheels.errors import InvalidInspectionError
from archpip.wheels.model import Inspection


def inspection_to_json(inspection: Inspection) -> bytes:
    """Write an inspection as one line of JSON; equal inspections give equal bytes."""
    return encode(inspection)


def inspection_from_json(content: str | bytes) -> Inspection:
    """Read what `inspection_to_json` wrote.

    Raises:
        InvalidInspectionError: It is not JSON, or not an inspection of this version.
    """
    try:
        return decode(content, Inspection)
    except ValueError as error:
        raise InvalidInspectionError(reason=str(error)) from error
