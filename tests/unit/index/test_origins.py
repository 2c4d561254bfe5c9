import pytest

from archpip.index.origins import is_secure_origin


@pytest.mark.parametrize(
    ("url", "trusted", "secure"),
    [
        ("https://any.example/", (), True),
        ("http://any.example/", (), False),
        ("http://localhost:8080/", (), True),
        ("http://127.9.9.9/", (), True),
        ("http://[::1]:3141/", (), True),
        ("http://[2001:db8::1]/", (), False),
        ("file:///srv/simple/", (), True),
        ("git+ssh://git@h/x", (), True),
        ("git+http://h/x", (), False),
        ("http://any.example/", ("any.example",), True),
        ("http://ANY.example:81/", ("any.Example",), True),
        ("http://any.example:81/", ("any.example:81",), True),
        ("http://any.example/", ("any.example:80",), True),
        ("http://any.example:82/", ("any.example:81",), False),
        ("http://sub.any.example/", ("any.example",), False),
        ("http://[2001:db8::1]/", ("2001:db8::1",), True),
        ("http://[2001:db8::1]:81/", ("[2001:db8::1]:81",), True),
        ("http://localhost.evil.example/", (), False),
    ],
)
def test_secure_origins(url: str, trusted: tuple[str, ...], *, secure: bool) -> None:
    assert is_secure_origin(url, trusted_hosts=trusted) is secure
