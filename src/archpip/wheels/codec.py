"""Inspections as JSON, for the store; see `archpip.codec`.

Whoever adds a field to what an inspection holds raises `READER_VERSION`.
"""

import json

from archpip.codec import decoder_of, encode
from archpip.wheels.errors import InvalidInspectionError
from archpip.wheels.model import Inspection


def inspection_to_json(inspection: Inspection) -> str:
    """Write an inspection as one line of JSON; equal inspections give equal text."""
    return json.dumps(encode(inspection), ensure_ascii=False, separators=(",", ":"))


def inspection_from_json(text: str | bytes) -> Inspection:
    """Read what `inspection_to_json` wrote.

    Raises:
        InvalidInspectionError: It is no JSON, or not of an inspection of this version's shape.
    """
    try:
        value = decoder_of(Inspection)(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidInspectionError(reason=str(error)) from error
    if not isinstance(value, Inspection):  # pragma: no cover - the decoder makes nothing else
        raise InvalidInspectionError(reason="another kind of value")
    return value
