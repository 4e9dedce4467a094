"""学习书目: put on the list of a study group from a day on, taken off by date."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.org.data.organisations import Kind
from linghang.apps.org.models import Reading
from linghang.apps.org.queries.organisations import get_organisation
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LONGEST = 120


def put_on_list(*, organisation: UUID, title: str, chapter: str = "", valid_from: date, actor: Viewer) -> UUID:
    """One more book or document that a study group inside the open scope reads; the same one twice is refused."""
    with writing(actor, "put_on_list"):
        place = get_organisation(organisation)
        if place.kind != Kind.STUDY_GROUP or place.closed_on is not None:
            raise not_found()
        words = {"title": " ".join(title.split()), "chapter": " ".join(chapter.split())}
        if not words["title"]:
            raise DomainError("title_needed", _("请写明书名或文件名。"), field="title")
        for field, text in words.items():
            if len(text) > LONGEST:
                raise DomainError("text_too_long", _("太长了，最多120字。"), field=field)
        row = Reading(organisation=place, valid_from=valid_from, **words)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise DomainError("on_the_list", _("这一项已经在书目里，不用再加。"), field="title") from error
    return row.uuid


def take_off_list(*, reading: UUID, last_day: date, actor: Viewer) -> None:
    """It was read; it stays on the list for the days before."""
    with writing(actor, "take_off_list"):
        held = Reading.objects.select_for_update(of=("self",), no_key=True)
        row = held.filter(uuid=reading, valid_to__isnull=True).first()
        if row is None:
            raise not_found()
        row.valid_to = max(last_day, row.valid_from)
        row.save(update_fields=["valid_to"])
