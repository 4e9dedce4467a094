"""Records in the printed file of a person: every entry with the number and the address of its record."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.pages import FactFilter, FactLine
from linghang.apps.ledger.queries.pages_list import facts_for_export
from linghang.apps.org.data.panels import PaperTable

MOST = 500  # a file on paper is read by people; all of them are in the list of records


def records_on_paper(request: HttpRequest, person: UUID, on: date) -> Sequence[PaperTable]:
    """What is recorded of a person up to a day and the reader may see, the latest first."""
    lines = facts_for_export(FactFilter(subject=person, until=on))
    if not lines:
        return ()
    address = request.build_absolute_uri(reverse("ledger:fact", args=[UUID(int=0)])).replace(f"{UUID(int=0)}/", "")
    notes = [_("在 %(address)s 后面加上记录编号，可以打开这一条。") % {"address": address}]
    if len(lines) > MOST:
        notes.append(_("只印最近 %(count)d 条，全部记录见系统。") % {"count": MOST})
    header = (_("日期"), _("记录"), _("记录人"), _("记录编号"))
    return [PaperTable(_("记录"), header, [_row(line) for line in lines[:MOST]], notes)]


def _row(line: FactLine) -> tuple[str, ...]:
    words = "，".join(part for part in (line.title, line.words, line.quantity) if part)
    return (line.day.isoformat(), words, line.recorder, str(line.uuid))
