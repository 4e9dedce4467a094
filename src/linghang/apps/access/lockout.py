"""How many wrong tries are too many, and from where they came; named in settings for django-axes."""

from axes.helpers import get_cool_off, get_failure_limit
from django.conf import settings
from django.http import HttpRequest

ACTIVATION = {"username": "(activation)"}  # wrong codes count per address, since no account is named
PASSWORD_TRIES = 5
ACTIVATION_TRIES = 50  # a whole shift activates from one address; a code has 59 random bits


def failure_limit(_request: HttpRequest, credentials: dict[str, str] | None) -> int:
    """Wrong tries in a row until the pause: few for a password, many for activation codes."""
    guessed = (credentials or {}).get("username")
    return ACTIVATION_TRIES if guessed == ACTIVATION["username"] else PASSWORD_TRIES


def client_address(request: HttpRequest) -> str | None:
    """Where a try came from: what the reverse proxy in front of us saw, if there is one, else the connection itself.

    Only the last address of the header was written by our proxy; the others are what the client claims.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    address: str | None = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR")
    return address


def pause(request: HttpRequest, credentials: dict[str, str] | None) -> dict[str, int]:
    """The numbers that the sentences name: tries until the pause, and its minutes."""
    wait = get_cool_off(request)
    minutes = int(wait.total_seconds() // 60) if wait else 0
    return {"tries": int(get_failure_limit(request, credentials)), "minutes": minutes}
