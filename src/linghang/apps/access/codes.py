"""One-time codes: made here, shown once, stored only as a keyed hash."""

import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks alike on a printed slip


def new_code(groups: int = 3, size: int = 4) -> str:
    """A random code such as `7KQM-X2PD-9HTC`: 59 bits with three groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(size)) for _ in range(groups))


def code_digest(code: str, purpose: str) -> str:
    """The keyed hash of a code as typed: case, spaces and hyphens do not matter. Hex, 64 characters."""
    typed = "".join(code.upper().split()).replace("-", "").replace("—", "").replace("－", "")
    return salted_hmac(f"linghang.access.{purpose}", typed, algorithm="sha256").hexdigest()
