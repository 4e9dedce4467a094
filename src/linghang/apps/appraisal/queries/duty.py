"""月度工作单 inside the open scope: one branch's month prefilled from the records, and the board of all branches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.duty import DutyLine, DutyVersion, SheetCard, SheetLine, SheetState
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Book, DutySheet
from linghang.apps.appraisal.policies.duty import days_left, due_of, state_of
from linghang.apps.ledger.data.norms import DONE, NONE
from linghang.apps.ledger.data.pages import FactFilter
from linghang.apps.ledger.queries.absences import absences
from linghang.apps.ledger.queries.pages_list import facts_page
from linghang.apps.ledger.queries.pages_month import StripItem, branch_month
from linghang.apps.loops.data import DECLARATION
from linghang.apps.org.data import KINDS
from linghang.apps.org.queries import get_organisation
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows

UNSENT = "unsent"
WAITING = (SheetState.OPEN, SheetState.LATE, SheetState.RETURNED)
LATE_DAYS = 7  # recorded so many days after it happened


class Place:
    """A branch inside the open scope; what is no branch has no sheet."""

    def __init__(self, uuid: UUID) -> None:
        row = get_organisation(uuid)
        if not KINDS[row.kind].members:
            raise not_found()
        self.uuid, self.name, self.key = row.uuid, row.name, row.pk
        self.node, self.node_key, self.path = row.node.uuid, row.node_id, row.node.path


def sheet_of(place: UUID, month: Month, *, today: date) -> SheetCard:
    """The sheet of one branch: prefilled from what is recorded now; once passed, as it was audited."""
    where = Place(place)
    rows = list(_versions(where.uuid, month))
    versions = tuple(_version(row) for row in rows)
    due = due_of(month)
    latest = versions[0] if versions else None
    state = state_of(latest.verdict if latest else None, sent=bool(versions), due=due.day, today=today)
    passed = latest is not None and state is SheetState.PASSED
    return SheetCard(
        place=where.uuid,
        place_label=where.name,
        month=month.index,
        state=state,
        due_on=due.day,
        due_words=due.words,
        left=days_left(due.day, today),
        provisional=due.provisional,
        lines=latest.lines if latest and passed else tuple(lines_of(where, month, today=today)),
        versions=versions,
    )


def _versions(place: UUID, month: Month) -> QuerySet[DutySheet]:
    rows = DutySheet.objects.filter(place__uuid=place, month=month.index).order_by("-version")
    return rows.select_related("sent_by", "audit__by")


def _version(row: DutySheet) -> DutyVersion:
    audit = getattr(row, "audit", None)
    return DutyVersion(
        uuid=row.uuid,
        version=row.version,
        sent_by=row.sent_by.display_name,
        sent_at=row.sent_at,
        verdict=audit.verdict if audit else "",
        remark=audit.remark if audit else "",
        judged_by=audit.by.display_name if audit else "",
        judged_at=audit.at if audit else None,
        lines=tuple(DutyLine(**line) for line in row.content.get("lines", ())),
        note=str(row.content.get("note", "")),
    )


def content_of(lines: Iterable[DutyLine], note: str) -> dict[str, Any]:
    """What a version keeps."""
    return {"lines": [asdict(line) for line in lines], "note": note}


def lines_of(where: Place, month: Month, *, today: date) -> list[DutyLine]:
    """What the records say of the month, line by line; nothing is asked that is recorded already."""
    until = min(month.last, today)
    found = branch_month(where.uuid, on=max(month.first, until))
    norms = [_norm_line(item, over=today > month.last) for item in found.items] if found else []
    return [
        *norms,
        _absence_line(where, month, until),
        _declaration_line(where),
        _case_line(where, today),
        _late_line(where, month, until),
        *_book_lines(where, month),
    ]


def _norm_line(item: StripItem, *, over: bool) -> DutyLine:
    done = item.state == DONE
    none = item.state == NONE
    return DutyLine(
        code=f"norm:{item.title}",
        title=item.title,
        state="none" if none else "ok" if done else "short" if over else "todo",
        count=item.recorded,
        wanted=None if none else item.expected,
        unit=str(_("次")),
        words=item.why,
        rule=item.rule,
        url=item.url,
        act=item.act,
        act_label=str(_("录会议")) if item.act else "",
    )


def _absence_line(where: Place, month: Month, until: date) -> DutyLine:
    found = absences(where.node, since=month.first, until=until)
    study = urlencode({"what": "makeup.study", "place": str(where.uuid)})
    return DutyLine(
        code="absences",
        title=str(_("缺席未补学")),
        state="short" if found.unmade else "ok",
        count=found.absent,
        unit=str(_("人次缺席")),
        words=str(_("其中 %(n)s 人次还没有补学")) % {"n": found.unmade} if found.absent else "",
        rule=str(_("当月缺席，到次月底仍没有补学记录的算未补")),
        url=found.url,
        act=f"{reverse('ledger:record')}?{study}" if found.unmade else "",
        act_label=str(_("录补学")) if found.unmade else "",
    )


def _declaration_line(where: Place) -> DutyLine:
    cases = apps.get_model("loops", "Case")._default_manager
    count = cases.filter(kind=DECLARATION, state="submitted", node__path__startswith=where.path).count()
    asked = urlencode({"kind": DECLARATION, "state": "submitted", "place": where.name})
    return DutyLine(
        code="declarations",
        title=str(_("待确认的申报")),
        state="todo" if count else "ok",
        count=count,
        unit=str(_("条")),
        rule=str(_("支部5个工作日内确认，确认后才记分")),
        url=f"{reverse('loops:list')}?{asked}",
        act=reverse("loops:confirm") if count else "",
        act_label=str(_("批量确认")) if count else "",
    )


def _case_line(where: Place, today: date) -> DutyLine:
    from linghang.apps.loops.queries import open_counts

    total, overdue = open_counts([where.path], today=today)
    listed = f"{reverse('loops:list')}?{urlencode({'place': where.name})}"
    return DutyLine(
        code="cases",
        title=str(_("未办结的事项")),
        state="short" if overdue else "todo" if total else "ok",
        count=total,
        unit=str(_("件")),
        words=str(_("其中逾期 %(n)s 件")) % {"n": overdue} if overdue else "",
        url=listed,
        act=listed if overdue else "",
        act_label=str(_("去看")) if overdue else "",
    )


def _late_line(where: Place, month: Month, until: date) -> DutyLine:
    asked = {"since": month.first.isoformat(), "until": until.isoformat(), "place": str(where.node), "late": LATE_DAYS}
    page = facts_page(FactFilter(place=where.node, since=month.first, until=until, late=LATE_DAYS))
    return DutyLine(
        code="late",
        title=str(_("补录")),
        state="todo" if page.total else "ok",
        count=page.total,
        unit=str(_("条")),
        rule=str(_("发生后满7天才录入的记录；请自查为什么迟录")),
        url=f"{reverse('ledger:list')}?{urlencode(asked)}",
    )


def _book_lines(where: Place, month: Month) -> list[DutyLine]:
    """自查: the book of the month before, and the own one as soon as sending the sheet has closed it."""
    from linghang.apps.appraisal.policies.months import STATE_TITLES

    rows = Book.objects.filter(place__uuid=where.uuid, month__in=(month.index - 1, month.index)).order_by("month", "pk")
    lines = []
    for row in rows:
        own = row.month == month.index
        state = BookState(row.state)
        if own and state is BookState.RECORDING:
            continue
        waiting = state is BookState.SETTLED if own else state is not BookState.ANNOUNCED
        lines.append(
            DutyLine(
                code=f"book:{row.uuid}",
                title=str(_("%(month)s月积分（晒分核对）")) % {"month": Month.from_index(row.month).month},
                state="todo" if waiting else "ok",
                count=0,
                words=str(STATE_TITLES[state]),
                url=reverse("appraisal:book", args=[row.uuid]),
                act=reverse("appraisal:book", args=[row.uuid]) if waiting else "",
                act_label=str(_("去核对")) if waiting else "",
            )
        )
    return lines


def sheets_page(month: Month, *, state: str = "", on: date) -> list[SheetLine]:
    """All branches of the open scope with where their sheet of a month stands, in the order of the tree."""
    return [line for line in _all_lines(month, on=on) if _wanted(line, state)]


def _wanted(line: SheetLine, state: str) -> bool:
    """`unsent` are all that are to be sent or sent again."""
    return not state or line.state == state or (state == UNSENT and line.state in WAITING)


def _all_lines(month: Month, *, on: date) -> list[SheetLine]:
    branches = _branches(on)
    latest = _latest([uuid for uuid, _name in branches], month)
    due = due_of(month)
    left = days_left(due.day, on)
    found = []
    for uuid, name in branches:
        version, verdict = latest.get(uuid, (0, None))
        state = state_of(verdict, sent=version > 0, due=due.day, today=on)
        found.append(SheetLine(uuid, name, month.index, state, due.day, left, version))
    return found


def _branches(on: date) -> list[tuple[UUID, str]]:
    from linghang.apps.org.queries import organisations

    return [(line.uuid, line.name) for line in organisations(on=on) if KINDS[line.kind].members]


def _latest(places: Sequence[UUID], month: Month) -> Mapping[UUID, tuple[int, str | None]]:
    """The newest version of each branch and what was said of it."""
    sent = kept_rows(_sent, month.index, given=tuple(places))
    return {place: (version, verdict) for place, version, verdict in sent}


def _sent(month: int, places: Sequence[UUID]) -> QuerySet[DutySheet, Any]:
    """The newest version of a place comes last."""
    rows = DutySheet.objects.filter(place__uuid__in=places, month=month).order_by("version")
    return rows.values_list("place__uuid", "version", "audit__verdict")


def sheets_to_judge() -> dict[Month, int]:
    """How many branches of the open scope have sent a sheet that nobody has judged yet, month by month."""
    return {Month.from_index(month): n for month, n in kept_rows(_unjudged, one_plan=True)}


def _unjudged() -> QuerySet[DutySheet, Any]:
    rows = DutySheet.objects.filter(audit__isnull=True).values("month").annotate(n=Count("place", distinct=True))
    return rows.order_by("month").values_list("month", "n")


def sheet_counts(month: Month, *, on: date) -> dict[str, int]:
    """How many branches of the open scope stand in each state; states without any are 0."""
    counts = {state.value: 0 for state in SheetState}
    for line in _all_lines(month, on=on):
        counts[line.state] += 1
    return counts | {UNSENT: sum(counts[state] for state in WAITING)}
