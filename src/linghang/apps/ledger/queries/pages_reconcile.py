"""对账: what was reported or is expected against what is recorded, organisation by organisation."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.norms import Counted, NormChoice, ReconcileLine, ReportedLine
from linghang.apps.ledger.data.subjects import type_of_organisation
from linghang.apps.ledger.models import Reported
from linghang.apps.ledger.queries.pages_norms import (
    FULL,
    counted,
    elapsed,
    no_committee,
    organisation_norms,
)
from linghang.apps.ledger.queries.pages_words import said
from linghang.apps.org.data import KINDS, OrganisationLine
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import elects_no_committee, members_on, organisations
from linghang.engine.packs.model import CadenceNorm
from linghang.ui.web.paging import PER_PAGE, Page

WHOLE_YEAR = 12


def norm_choices(*, on: date) -> list[NormChoice]:
    """The norms that organisations meet."""
    return [NormChoice(norm.id, said(norm.title)) for norm in organisation_norms(on=on)]


def norm_named(name: str, *, on: date) -> CadenceNorm | None:
    return next((norm for norm in organisation_norms(on=on) if norm.id == name), None)


def organisations_for(norm: CadenceNorm, *, on: date) -> list[OrganisationLine]:
    """The organisations of the open scope that a norm is for, from the top down."""
    wanted = pack_in_force(on=on).kinds[norm.kind].subject
    return [
        line
        for line in organisations(on=on)
        if type_of_organisation(line.kind, KINDS[line.kind].family.value) == wanted
    ]


def year_days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def reconcile_page(norm: CadenceNorm, year: int, *, on: date, number: int) -> Page[ReconcileLine]:
    """One page of organisations with what is expected of the periods of a year that are over on a day."""
    found = organisations_for(norm, on=on)
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(number, pages)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(reconcile_lines(norm, year, shown, on=on), number, len(found))


def reconcile_lines(
    norm: CadenceNorm, year: int, shown: Sequence[OrganisationLine], *, on: date
) -> list[ReconcileLine]:
    """The lines of some organisations; a constant number of statements however many they are."""
    since, until = year_days(year)
    uuids = [line.uuid for line in shown]
    counts = counted(uuids, [norm], since, until) if uuids else {}
    reported = _reported(uuids, norm.id, since, until)
    small = _small(uuids, on) if no_committee(norm) else set()
    expected = norm.at_least * sum(1 for _period in elapsed(norm, year, on=on))
    return [
        _line(norm, line, counts.get(line.uuid, []), reported.get(line.uuid), None if line.uuid in small else expected)
        for line in shown
    ]


def _line(
    norm: CadenceNorm,
    line: OrganisationLine,
    rows: Sequence[Counted],
    reported: ReportedLine | None,
    expected: int | None,
) -> ReconcileLine:
    own = [row for row in rows if row.kind == norm.kind]
    whole = [row for row in own if all(row.attributes.get(name) in values for name, values in norm.where.items())]
    return ReconcileLine(
        uuid=line.uuid,
        name=line.name,
        expected=expected,
        reported=reported,
        recorded=sum(row.count for row in whole),
        latest_late=max((row.late for row in whole), default=0),
        why=_("正式党员不足7人，不设支委会") if expected is None else "",
    )


def _small(uuids: Sequence[UUID], on: date) -> set[UUID]:
    """Branches too small to have a committee; one without anybody on its roster is not judged."""
    found = members_on(uuids, on=on)
    full = {uuid: sum(1 for row in rows if row.standing == FULL) for uuid, rows in found.items() if rows}
    return {uuid for uuid, count in full.items() if elects_no_committee(count)}


def _reported(uuids: Sequence[UUID], norm: str, since: date, until: date) -> dict[UUID, ReportedLine]:
    rows = Reported.objects.filter(subject__uuid__in=uuids, norm=norm, since=since, until=until)
    ordered = rows.select_related("subject", "by").order_by("at", "pk")
    return {
        row.subject.uuid: ReportedLine(row.number, row.source, row.by.display_name if row.by else "", row.at)
        for row in ordered
    }


def records_url(norm: CadenceNorm, organisation: UUID, year: int) -> str:
    """The list of the records that a line counts."""
    since, until = year_days(year)
    where = {f"w-{name}": values[0] for name, values in norm.where.items() if len(values) == 1}
    asked = {"kind": norm.kind, "since": since.isoformat(), "until": until.isoformat(), "subject": str(organisation)}
    return f"{reverse('ledger:list')}?{urlencode(asked | where)}"
