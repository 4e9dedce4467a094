"""One talk with the mail server, and what is certain after it.

Only the moment between handing over the text and hearing the answer leaves a doubt (RFC 5321 §4.5.3.2.6 warns of it);
before that moment the server certainly has nothing, after a refusal it certainly keeps nothing.
"""

import smtplib
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import punycode
from django.utils.translation import ngettext

from linghang.apps.notify.policies import Outcome

PERMANENT = range(500, 600)


def deliver(message: EmailMessage, handing_over: Callable[[], None]) -> tuple[Outcome, str]:
    """Send it once, calling `handing_over` just before the text goes; returns the outcome and the server's words."""
    backend = EmailBackend(fail_silently=False)
    try:
        backend.open()
    except OSError as error:
        return Outcome.NO_SERVER, str(error)
    server = backend.connection
    if server is None:  # Django's word for "could not", which it raises as an error above
        return Outcome.NO_SERVER, ""
    try:
        refused = _envelope(server, message["To"])
        if refused:
            return refused
        handing_over()
        return _hand_over(server, message)
    except OSError as error:
        return Outcome.NOT_SENT, str(error)
    finally:
        _hang_up(server)


def letter(*, key: UUID, address: str, count: int, now: datetime) -> EmailMessage:
    """How many things are due, and where; no name, no points, no word of the matter ever leaves the house."""
    with translation.override(settings.LANGUAGE_CODE):
        words = ngettext("您有%(count)d项待办", "您有%(count)d项待办", count) % {"count": count}
    message = EmailMessage()
    message["Subject"] = words
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{key}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{words}\n{settings.BASE_URL}{reverse('notify:list')}\n")
    return message


def _envelope(server: smtplib.SMTP, address: str) -> tuple[Outcome, str] | None:
    """Sender and receiver; None when both were taken. Only the receiver can be refused for good: it is his address."""
    server.ehlo_or_helo_if_needed()
    code, words = server.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    if code != 250:
        return Outcome.NOT_SENT, f"{code} {words.decode(errors='replace')}"
    code, words = server.rcpt(_wire_form(address))
    return None if code in (250, 251) else _refusal(code, words)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> tuple[Outcome, str]:
    try:
        code, words = server.data(message.as_bytes())
    except smtplib.SMTPDataError as error:  # it did not want to hear the text at all
        return _refusal(error.smtp_code, error.smtp_error)
    except OSError as error:
        return Outcome.UNKNOWN, str(error)
    return (Outcome.TAKEN, "") if code == 250 else _refusal(code, words)


def _refusal(code: int, words: bytes | str) -> tuple[Outcome, str]:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return (Outcome.REFUSED if code in PERMANENT else Outcome.NOT_SENT), f"{code} {text}"


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except OSError:
        server.close()


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _wire_form(address: str) -> str:
    name, domain = address.rsplit("@", 1)
    return f"{name}@{punycode(domain)}"
