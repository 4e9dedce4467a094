"""Reads: a person's own messages and choices."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from linghang.apps.notify.data import DEFAULT_PREFERENCE, MailPreferenceData, MailState, NoticeData
from linghang.apps.notify.models import Mail, MailPreference, Notice
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.planned import planned

_UNREAD = """
    SELECT COUNT(*) FROM notify_notice AS notice JOIN access_user AS account ON account.id = notice.user_id
    WHERE account.uuid = %s AND notice.read_at IS NULL
"""


def unread_count(*, user: UUID) -> int:
    """For the header of every page."""
    return int(planned(_UNREAD, [user])[0][0])


def notices_of(*, user: UUID, show: str, number: int) -> Page[NoticeData]:
    """One page of a person's messages, newest first; `show` is unread or all."""
    notices = own_notices(user).order_by("-created_at", "-id")
    if show == "unread":
        notices = notices.filter(read_at=None)
    return page_of(notices, number, notice_data)


def latest_unread(*, user: UUID, most: int) -> list[NoticeData]:
    """The newest messages that a person has not seen yet."""
    return [notice_data(row) for row in kept_objects(_newest_unread, most, given=(user,), one_plan=True)]


def _newest_unread(most: int, user: Sequence[UUID]) -> QuerySet[Notice]:
    return own_notices(user[0]).filter(read_at=None).order_by("-created_at", "-id")[:most]


def own_notices(user: UUID) -> QuerySet[Notice]:
    """The rows of one person; everything that a person reads or marks begins here."""
    return Notice.objects.filter(user__uuid=user)


def mail_preference_of(*, user: UUID) -> MailPreferenceData:
    """The person's choice, or the default: no e-mail."""
    found = MailPreference.objects.filter(user__uuid=user).first()
    if found is None:
        return DEFAULT_PREFERENCE
    last = Mail.objects.filter(user__uuid=user, address=found.address).order_by("-day").first()
    trouble = last.answer if last is not None and last.state == MailState.REFUSED else ""
    return MailPreferenceData(found.on, found.address, found.quiet_from, found.quiet_to, trouble)


def mail_is_possible() -> bool:
    """Whether this installation has been given a mail server."""
    return bool(settings.EMAIL_CONFIGURED)


def notice_data(notice: Notice) -> NoticeData:
    return NoticeData(
        uuid=notice.uuid,
        kind=notice.kind,
        text=notice.text,
        link=notice.link,
        due=notice.due,
        created_at=notice.created_at,
        read_at=notice.read_at,
    )
