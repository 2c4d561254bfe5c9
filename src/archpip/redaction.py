"""Credentials masked in whatever is shown or logged."""

import re

_CREDENTIALS_IN_TEXT = re.compile(r"(?P<scheme>[a-zA-Z][\w+.-]*://)(?P<user>[^/\s]*)@")


def redact(text: str) -> str:
    """Mask the credentials of every URL in `text`, as pip does.

    `https://user:secret@host/` becomes `https://user:****@host/`, and a lone token, which is a
    secret itself, becomes `https://****@host/`.
    """
    if "@" not in text:
        return text
    return _CREDENTIALS_IN_TEXT.sub(_mask, text)


def _mask(match: re.Match[str]) -> str:
    user, colon, _ = match["user"].partition(":")
    return f"{match['scheme']}{user}:****@" if colon else f"{match['scheme']}****@"
