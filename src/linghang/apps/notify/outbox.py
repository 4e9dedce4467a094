"""The outbox: at most one digest per person and day, never lost, and sent twice at the very most.

Each step is written down in a transaction of its own: `sending` before the talk with the mail server, `maybe` just
before the text is handed over, the outcome after it. A process that dies in `sending` has certainly sent nothing; one
that dies in `maybe` may have, so the mail is sent once more, with the same Message-ID, by which mail programs show it
once.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from linghang.apps.notify.data import MailState
from linghang.apps.notify.models import Mail, MailPreference, Notice
from linghang.apps.notify.policies import Outcome, after_sending, is_quiet
from linghang.apps.notify.queries import mail_is_possible
from linghang.apps.notify.smtp import deliver, letter
from linghang.ui.web.clock import SHANGHAI, day_of

log = logging.getLogger(__name__)

# longer than any talk with a mail server may take (settings.EMAIL_TIMEOUT per answer, some ten answers)
SENDING_AT_MOST = timedelta(minutes=15)


def send_due_digests(*, now: datetime) -> int:
    """Write today's digests for those who have something due, then send what is waiting; returns how many were taken.

    Does nothing on an installation without a mail server. Call it as often as you like.
    """
    if not mail_is_possible():
        return 0
    queue_digests(now=now)
    taken = 0
    for mail in claimed(now=now):
        outcome = send(mail, now=now)
        taken += outcome is Outcome.TAKEN
        if outcome is Outcome.NO_SERVER:  # the others would wait for it just as long
            break
    return taken


@transaction.atomic
def queue_digests(*, now: datetime) -> int:
    """One mail per person and day, only when something unread is due, and not in his quiet hours.

    Whoever cannot sign in any more gets none: his address is nobody's business from then on.
    """
    local = now.astimezone(SHANGHAI).time()
    wanted = MailPreference.objects.filter(on=True, user__is_active=True)
    there = wanted.filter(user=OuterRef("user"), address=OuterRef("address"))
    _never_sent(Mail.objects.filter(~Exists(there)), now)
    served = Mail.objects.filter(day=day_of(now)).values("user")
    wishes = wanted.exclude(user__in=served)
    awake = {wish.user_id: wish for wish in wishes if not is_quiet(local, wish.quiet_from, wish.quiet_to)}
    due = Notice.objects.filter(user__in=awake, read_at=None, due__lte=day_of(now))
    counts = dict(due.order_by().values_list("user").annotate(count=Count("id")))
    _never_sent(Mail.objects.filter(user__in=counts), now)
    mails = [
        Mail(user_id=user, day=day_of(now), address=awake[user].address, count=count, next_try_at=now)
        for user, count in counts.items()
    ]
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def _never_sent(mails: QuerySet[Mail], now: datetime) -> None:
    """What waits and is not wanted any more: a newer one says it, or nobody wants it at that address."""
    mails.filter(state=MailState.WAITING).update(state=MailState.REPLACED, next_try_at=None, ended_at=now)


def claimed(*, now: datetime) -> Iterator[Mail]:
    """The mails whose time has come, one by one, each marked as being sent before it is handed out."""
    while (mail := _claim(now)) is not None:
        yield mail


@transaction.atomic
def _claim(now: datetime) -> Mail | None:
    ready = Q(next_try_at__lte=now)
    dead = Q(sending_since__lte=now - SENDING_AT_MOST)
    mail = Mail.objects.select_for_update(skip_locked=True).filter(ready | dead).order_by("pk").first()
    if mail is None:
        return None
    if mail.sending_since:  # its sender died
        outcome = Outcome.UNKNOWN if mail.state == MailState.MAYBE else Outcome.NOT_SENT
        _settle(mail, outcome, "interrupted", now)
        return _claim(now)
    mail.state, mail.sending_since, mail.next_try_at = MailState.SENDING, now, None
    mail.attempts += 1
    mail.save(update_fields=["state", "sending_since", "next_try_at", "attempts"])
    return mail


def send(mail: Mail, *, now: datetime) -> Outcome:
    """Talk to the server once and write down what is certain."""

    def handing_over() -> None:
        Mail.objects.filter(pk=mail.pk).update(state=MailState.MAYBE)

    message = letter(key=mail.uuid, address=mail.address, count=mail.count, now=now)
    outcome, answer = deliver(message, handing_over)
    _settle(mail, outcome, answer, now)
    return outcome


def _settle(mail: Mail, outcome: Outcome, answer: str, now: datetime) -> None:
    mail.doubts += outcome is Outcome.UNKNOWN
    verdict = after_sending(outcome, attempts=mail.attempts, doubts=mail.doubts, now=now)
    mail.state, mail.next_try_at, mail.answer = verdict.state, verdict.retry_at, answer[:300]
    mail.ended_at = None if verdict.retry_at else now
    mail.sending_since = None
    mail.save(update_fields=["doubts", "state", "next_try_at", "answer", "ended_at", "sending_since"])
    if outcome is not Outcome.TAKEN:
        log.warning("mail %s: %s (%s)", mail.uuid, outcome.value, answer)
