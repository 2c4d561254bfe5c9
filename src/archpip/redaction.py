"""Credentials masked in whatever is shown, logged or written down."""

import re

_CREDENTIALS_IN_TEXT = re.compile(r"(?P<scheme>[a-zA-Z][\w+.-]*://)(?P<user>[^/\s]*)@")

_USERINFO = re.compile(r"(?<=://)[^/\s'\"]+@")


def redact(text: str) -> str:
    """Mask the credentials of every URL in `text`, as pip does.

    `https://user:secret@host/` becomes `https://user:****@host/`, and a lone token, which is a
    secret itself, becomes `https://****@host/`. For what is shown once: it is to be recognised.
    """
    if "@" not in text:
        return text
    return _CREDENTIALS_IN_TEXT.sub(_mask, text)


def _mask(match: re.Match[str]) -> str:
    user, colon, _ = match["user"].partition(":")
    return f"{match['scheme']}{user}:****@" if colon else f"{match['scheme']}****@"


def redact_userinfo(text: str) -> str:
    """Mask all that stands before the host of every URL in `text` (RFC 3986 §3.2.1, userinfo).

    For what stays in files, which are handed on: with some servers the name is the token, as in
    `https://TOKEN:x-oauth-basic@host/`.
    """
    return _USERINFO.sub("****@", text)
