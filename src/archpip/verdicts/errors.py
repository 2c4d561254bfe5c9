"""What can be wrong with a policy that a user wrote."""

from archpip.errors import UsageError


class InvalidOverrideError(UsageError):
    """An override is invalid, or gives no reason."""

    code = "invalid-override"

    def __init__(self, *, text: str, reason: str) -> None:
        super().__init__(text, reason)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        return f"Override {self.text!r}: {self.reason}"

    @property
    def hint(self) -> str:
        """How an override is written."""
        return (
            "Write 'PROJECT: REASON', 'PROJECT==VERSION [AP401]: REASON' or 'WHEEL*.whl: REASON'; "
            "'deny' or 'degrade' before it instead of 'allow'."
        )
