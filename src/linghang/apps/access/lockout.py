"""How many wrong tries are too many, and from where they came; named in settings for django-axes."""

import ipaddress

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linghang.apps.access.models import User
from linghang.ui.web.errors import DomainError

ACTIVATION = {"username": "(activation)"}  # wrong codes count per address, since no account is named
PASSWORD_TRIES = 5
ACTIVATION_TRIES = 50  # a whole shift activates from one address; a code has 59 random bits


def failure_limit(_request: HttpRequest, credentials: dict[str, str] | None) -> int:
    """Wrong tries in a row until the pause: few for a password, many for activation codes."""
    guessed = (credentials or {}).get("username")
    return ACTIVATION_TRIES if guessed == ACTIVATION["username"] else PASSWORD_TRIES


def client_address(request: HttpRequest) -> str | None:
    """Where a try came from: what the reverse proxy in front of us saw, if there is one, else the connection itself.

    Only the last address of the header was written by our proxy; the others are what the client claims. One machine
    has a whole /64 of IPv6 addresses to itself, so these count as one.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    for text in (forwarded.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        whole = f"{address}/64" if address.version == 6 else f"{address}/32"
        return str(ipaddress.ip_network(whole, strict=False).network_address)
    return None


def may_sign_in_from(request: HttpRequest, user: User) -> bool:
    """A demo account opens nothing outside of a demo installation, nor from another machine."""
    return not user.for_demo or (settings.DEMO and _from_this_machine(request))


def _from_this_machine(request: HttpRequest) -> bool:
    """Whether a request came from the machine that serves it, and through no proxy."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def knows_password(request: HttpRequest, user: User, typed: str) -> bool:
    """Whether the person at an open page is its owner; wrong answers count towards the lock-out of signing in."""
    credentials = {"username": user.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise locked(request, credentials)
    if user.check_password(typed):
        return True
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return False


def locked(request: HttpRequest, credentials: dict[str, str] | None) -> DomainError:
    """Says how long to wait and who can unlock."""
    sentence = _("连续输错%(tries)d次，已暂停尝试。请%(minutes)d分钟后再试，或请本支部、党务干部解除锁定。")
    return DomainError("locked_out", sentence % pause(request, credentials), status=429)


def pause(request: HttpRequest, credentials: dict[str, str] | None) -> dict[str, int]:
    """The numbers that the sentences name: tries until the pause, and its minutes."""
    wait = get_cool_off(request)
    minutes = int(wait.total_seconds() // 60) if wait else 0
    return {"tries": int(get_failure_limit(request, credentials)), "minutes": minutes}
