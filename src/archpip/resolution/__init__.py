"""Resolution: resolvelib, asked only about candidates that would run on the target."""

from archpip.resolution.model import LinkKind, Pin, Rejection, RejectionReason, Resolution

__all__ = ["LinkKind", "Pin", "Rejection", "RejectionReason", "Resolution"]
