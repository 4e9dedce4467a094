"""Writes: tell people, mark as read, choose about e-mail. What is told stands in the page exactly once."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from linghang.apps.notify.data import MailPreferenceData, NoticeData
from linghang.apps.notify.models import MailPreference, Notice
from linghang.apps.notify.outbox import send_due_digests
from linghang.apps.notify.queries import mail_preference_of, notice_data, own_notices
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM, writing

__all__ = [
    "mark_all_read",
    "mark_read",
    "notify",
    "retell",
    "send_due_digests",
    "set_mail_preference",
    "settle",
    "settle_all",
]


def notify(
    *, users: Iterable[UUID], kind: str, text: str, link: str, due: date | None, now: datetime, key: str | None = None
) -> int:
    """Put one message into the page of each user (by uuid), in the caller's transaction; returns how many are new.

    `text` stays inside the product; e-mails only ever say how many things are due. `due` is the day from which it
    counts as something to do; None only informs. With `key` the same thing is told to a person once, however often this
    is called. `link` is an address of this product, beginning with "/"; anything else raises ValueError.
    """
    if not link.startswith("/") or not url_has_allowed_host_and_scheme(link, None):
        raise ValueError(f"a message links to a page of this product, not to {link!r}")
    wanted = get_user_model().objects.filter(uuid__in=set(users)).values_list("pk", flat=True)
    row = {"kind": kind, "text": text, "link": link, "due": due, "key": key, "created_at": now}
    with writing(SYSTEM, "notify"):
        known = set(Notice.objects.filter(user_id__in=wanted, key=key).values_list("user_id", flat=True)) if key else {}
        fresh = [Notice(user_id=user, **row) for user in wanted if user not in known]
        Notice.objects.bulk_create(fresh, ignore_conflicts=key is not None)
    return len(fresh)


def retell(*, kind: str, link: str, text: str) -> int:
    """Put other words in place of every message about one thing, because what they said was erased; gives how many."""
    with writing(SYSTEM, "retell"):
        return Notice.objects.filter(kind=kind, link=link).update(text=text)


def settle(*, kind: str, link: str, text: str) -> int:
    """What was told about one thing is nobody's to do any more: no digest counts it, and it says so in these words."""
    with writing(SYSTEM, "settle"):
        return Notice.objects.filter(kind=kind, link=link, due__isnull=False).update(due=None, text=text)


def settle_all(*, kind: str, links: Iterable[str]) -> int:
    """The same for many things at once."""
    with writing(SYSTEM, "settle"):
        return Notice.objects.filter(kind=kind, link__in=set(links), due__isnull=False).update(due=None)


def mark_read(*, notice: UUID, actor: Viewer, now: datetime) -> NoticeData:
    """The person has seen one of his own messages; the first time counts."""
    with writing(actor, "mark_read"):
        row = own_notices(_person(actor)).select_for_update(of=["self"]).filter(uuid=notice).first()
        if row is None:
            raise not_found()
        if row.read_at is None:
            row.read_at = now
            row.save(update_fields=["read_at"])
        return notice_data(row)


def mark_all_read(*, actor: Viewer, now: datetime) -> int:
    """The person has seen all of his messages; returns how many were new to him."""
    with writing(actor, "mark_all_read"):
        return own_notices(_person(actor)).filter(read_at=None).update(read_at=now)


def set_mail_preference(
    *, on: bool, address: str, quiet_from: time, quiet_to: time, actor: Viewer
) -> MailPreferenceData:
    """The person's own choice about the daily e-mail. It can only be on with an address."""
    if on and not address:
        words = _("没有填写邮箱，无法发送邮件提醒。请填写邮箱，或者关闭邮件提醒。")
        raise DomainError("address_missing", words, field="address")
    user = get_user_model().objects.get(uuid=_person(actor))
    values = {"on": on, "address": address, "quiet_from": quiet_from, "quiet_to": quiet_to}
    with writing(actor, "set_mail_preference"):
        MailPreference.objects.update_or_create(user=user, defaults=values)
    return mail_preference_of(user=_person(actor))


def _person(actor: Viewer) -> UUID:
    if actor.uuid is None:
        raise not_found()
    return actor.uuid
