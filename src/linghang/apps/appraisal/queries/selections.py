"""Reads of selections: the rounds of a place, one round with its nominees in the order that points and votes give."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.data.selections import (
    ROUND_ORDER,
    ROUND_WORDS,
    DeedsSheet,
    NomineeLine,
    RoundCard,
    RoundLine,
    RoundState,
    ShownRound,
    Step,
    TitleLine,
)
from linghang.apps.appraisal.models import Adjustment, Nominee, SelectionRound, Shortlisted, Statement
from linghang.apps.appraisal.queries.packs import bindings_around, pack_of
from linghang.apps.appraisal.words import title_in_language
from linghang.apps.ledger.data.pages import FactFilter
from linghang.apps.ledger.queries.pages_list import facts_page
from linghang.apps.org.queries.keys import organisation_of_node
from linghang.apps.org.queries.roster import roster_rows
from linghang.apps.org.queries.roster_order import PARTY, RosterFilter
from linghang.apps.org.search.spoken import sound_of
from linghang.engine.packs.grade_model import Condition
from linghang.engine.packs.model import GradeCount, Selection, TotalReached
from linghang.engine.periods import Month, Span, span_start
from linghang.engine.points import div_round, format_points
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

SHOWN_STATES = (RoundState.PUBLIC, RoundState.PROPOSED, RoundState.DECIDED)
WHOLE_SCORE = 10_000  # a hundred, in hundredths


def rounds_page(*, state: str = "", search: str = "", number: int = 1) -> Page[RoundLine]:
    """Rounds inside the scope, newest first."""
    return page_of(_rounds(state, search), number, _line)


def all_rounds(*, state: str = "", search: str = "") -> list[RoundLine]:
    return [_line(row) for row in _rounds(state, search)]


def _rounds(state: str, search: str) -> "QuerySet[SelectionRound]":
    rows = SelectionRound.objects.select_related("node", "version").order_by("-month", "title", "pk")
    rows = rows.annotate(nominated=Count("nominees"), chosen=Count("nominees", filter=Q(nominees__chosen=True)))
    if state:
        rows = rows.filter(state=state)
    return rows.filter(Q(title__icontains=search) | Q(node__label__icontains=search)) if search else rows


def _line(row: SelectionRound) -> RoundLine:
    return RoundLine(
        uuid=row.uuid,
        title=row.title,
        place=row.node.label,
        selection=title_in_language(selection_of(row).title),
        month=Month.from_index(row.month),
        state=row.state,
        state_words=str(ROUND_WORDS[row.state]),
        quota=row.quota,
        nominees=getattr(row, "nominated", 0),
        chosen=getattr(row, "chosen", 0),
    )


def selection_of(row: SelectionRound) -> Selection:
    """The proposal list as the round's version of the pack has it."""
    scheme = pack_of(row.version.uuid).schemes[row.scheme]
    return next(one for one in scheme.selections if one.id == row.selection)


def get_round(uuid: UUID) -> SelectionRound:
    row = SelectionRound.objects.select_related("node", "version").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def round_card(uuid: UUID) -> RoundCard:
    """One round; nominees by score, then by name. No number of a rank is given: people decide."""
    row = get_round(uuid)
    counts = row.nominees.aggregate(nominated=Count("pk"), chosen=Count("pk", filter=Q(chosen=True)))
    line = replace(_line(row), nominees=counts["nominated"], chosen=counts["chosen"])
    return RoundCard(
        line=line,
        scheme=row.scheme,
        pack_label=f"{row.version.pack} {row.version.version} · {row.version.content_hash[:8]}",
        rule=rule_words(row),
        points_weight=row.points_weight,
        ballots=row.ballots,
        voted_on=row.voted_on,
        public_from=row.public_from,
        public_until=row.public_until,
        receiver=row.receiver.display_name if row.receiver else "",
        manner=row.manner,
        proposed_by=row.proposed_by.display_name if row.proposed_by else "",
        proposed_at=row.proposed_at,
        decided_by=row.decided_by.display_name if row.decided_by else "",
        decided_at=row.decided_at,
        title_from=row.title_from,
        title_until=row.title_until,
        document=row.document,
        nominees=nominees_of(row),
    )


def rule_words(row: SelectionRound) -> str:
    """The conditions of the proposal list in a sentence, made from what it calculates with."""
    chosen = selection_of(row)
    said = [_condition_words(one, row) for one in chosen.conditions]
    if chosen.alternatives:
        said.append(_("或").join(_condition_words(one, row) for one in chosen.alternatives))
    return _("；").join(said)


def _condition_words(condition: Condition, row: SelectionRound) -> str:
    pack = pack_of(row.version.uuid)
    scheme, month = pack.schemes[row.scheme], Month.from_index(row.month)
    if isinstance(condition, GradeCount):
        grade = next(g for g in scheme.grades if g.id == condition.grade)
        band = next(b for b in grade.bands if b.id == condition.band)
        given = {"grade": title_in_language(grade.title), "band": title_in_language(band.title)}
        return _grade_words(condition) % {**given, "count": condition.count}
    if isinstance(condition, TotalReached):
        amount = condition.amount
        held = pack.parameters[amount.parameter].on(month) if amount.parameter else None
        points = {"points": format_points(held.value if held else amount.value)}
        return (_("全年合计低于%(points)s分") if condition.below else _("全年合计达到%(points)s分")) % points
    item = next(i for i in scheme.items if i.id == condition.item)
    return _("“%(item)s”全年至少%(count)d次") % {"item": title_in_language(item.title), "count": condition.facts}


def _grade_words(condition: GradeCount) -> str:
    if condition.or_worse:
        return (
            _("%(grade)s连续%(count)d次为%(band)s或以下")
            if condition.in_a_row
            else _("%(grade)s至少%(count)d次为%(band)s或以下")
        )
    return (
        _("%(grade)s连续%(count)d次达到%(band)s") if condition.in_a_row else _("%(grade)s至少%(count)d次达到%(band)s")
    )


def nominees_of(row: SelectionRound) -> tuple[NomineeLine, ...]:
    """In the order that points and votes give; equal scores on both sides of the quota are marked."""
    rows = list(Nominee.objects.filter(round=row).select_related("person__node"))
    most = max((n.points or 0 for n in rows), default=0)
    lines = [_nominee(n, row, most) for n in rows]
    lines.sort(key=lambda line: (-(line.score if line.score is not None else line.points or 0), sound_of(line.name)))
    return tuple(_with_ties(lines, row.quota))


def _nominee(nominee: Nominee, row: SelectionRound, most: int) -> NomineeLine:
    return NomineeLine(
        uuid=nominee.uuid,
        person=nominee.person.uuid,
        name=nominee.person.name,
        branch=nominee.person.node.label,
        listed=nominee.listed,
        reason=nominee.reason,
        points=nominee.points,
        votes=nominee.votes,
        score=score_of(nominee, row, most),
        chosen=nominee.chosen,
        override=nominee.override,
        deeds=nominee.deeds,
        tied=False,
        withdrawn_on=nominee.withdrawn_on,
        withdrawn_reason=nominee.withdrawn_reason,
    )


def score_of(nominee: Nominee, row: SelectionRound, most: int) -> int | None:
    """Points relative to the highest nominee's and votes relative to the ballots, weighed, in hundredths of a hundred;
    None until votes are recorded (unknown is not zero)."""
    if nominee.votes is None or not row.ballots:
        return None
    points = div_round(max(nominee.points or 0, 0) * WHOLE_SCORE, most) if most > 0 else 0
    votes = div_round(nominee.votes * WHOLE_SCORE, row.ballots)
    return div_round(points * row.points_weight + votes * (100 - row.points_weight), 100)


def _with_ties(lines: Sequence[NomineeLine], quota: int) -> list[NomineeLine]:
    """Marks those whose equal scores stand on both sides of the quota: the order does not decide between them."""
    if len(lines) <= quota or quota == 0:
        return list(lines)
    edge = lines[quota - 1].score
    tied = edge is not None and lines[quota].score == edge
    return [replace(line, tied=tied and line.score == edge) for line in lines]


def shortlist(node_path: str, scheme: str, selection: str, month: Month) -> list[Shortlisted]:
    """Who meets the conditions according to final books below the place, inside the open scope."""
    rows = Shortlisted.objects.filter(scheme=scheme, selection=selection, month=month.index, final=True)
    rows = rows.filter(node__path__startswith=node_path, person__isnull=False, book__state__in=FINAL_STATES)
    return list(rows.select_related("person"))


def year_points(subject: UUID, scheme: str, year: int) -> int | None:
    """Final months and what was booked late, in hundredths; None when no month of the year is final."""
    within = {"month__gte": Month(year, 1).index, "month__lte": Month(year, 12).index}
    months = Statement.objects.filter(subject=subject, scheme=scheme, final=True, **within)
    total = months.aggregate(total=Sum("counted"))["total"]
    if total is None:
        return None
    late = Adjustment.objects.filter(subject=subject, scheme=scheme, final=True, **within)
    return int(total) + int(late.aggregate(total=Sum("counted"))["total"] or 0)


def titles_of(person: UUID) -> tuple[TitleLine, ...]:
    """Titles that a person was given, newest first, those withdrawn with their reason."""
    rows = Nominee.objects.filter(person__uuid=person, chosen=True, round__state=RoundState.DECIDED)
    return tuple(
        TitleLine(
            round=row.round.uuid,
            title=row.round.title,
            since=row.round.title_from or day_of(row.round.decided_at),
            until=row.round.title_until,
            withdrawn_on=row.withdrawn_on,
            withdrawn_reason=row.withdrawn_reason,
        )
        for row in rows.select_related("round").order_by("-round__title_from")
        if row.round.decided_at
    )


def selections_in_force(*, on: date) -> list[tuple[str, str]]:
    """`scheme/selection` with its title, of every scheme of members that holds somewhere in the scope this month."""
    found: dict[str, str] = {}
    for node in nodes_in_scope(on=on)[:1]:
        for line in bindings_around(node.uuid, month=Month.of(on)):
            scheme = pack_of(line.version).schemes[line.scheme]
            for one in scheme.selections:
                found[f"{scheme.id}/{one.id}"] = (
                    f"{title_in_language(one.title)} · {title_in_language(scheme.title)} {line.number}"
                )
    return list(found.items())


def people_of_round(round: UUID, *, on: date) -> list[tuple[str, str]]:
    """Members of the party below the place of the round, for the choice of whom to nominate."""
    place = organisation_of_node(get_round(round).node.uuid)
    rows = roster_rows(RosterFilter(on=on, below=place, standing=PARTY)) if place else []
    places = {name: number for number, name in enumerate(dict.fromkeys(row.branch or row.unit for row in rows))}
    rows.sort(key=lambda row: (places[row.branch or row.unit], sound_of(row.name)))
    return [(str(line.uuid), f"{line.name} · {line.branch or line.unit}") for line in rows]


def deeds_sheet(nominee: UUID) -> DeedsSheet:
    """A nominee with the records of the round's year."""
    row = Nominee.objects.select_related("round", "person").filter(uuid=nominee).first()
    if row is None:
        raise not_found()
    last = Month.from_index(row.round.month)
    since, until = span_start(last, Span.YEAR).first, last.last
    page = facts_page(FactFilter(subject=row.person.uuid, since=since, until=until))
    line = next(one for one in nominees_of(row.round) if one.uuid == nominee)
    return DeedsSheet(row.round.uuid, row.round.title, since, until, line, tuple(page.rows), page.total, page.more)


def shown_rounds(viewer: Viewer, *, on: date) -> list[ShownRound]:
    """Rounds in 公示 or decided at the viewer's places or above them, as of a day; without points and votes."""
    paths = {grant.path for grant in viewer.grants if grant.path}
    above = {int(step) for path in paths for step in path.split("/") if step}
    with system_scope(reason="a round is shown to everybody who belongs to its place"):
        rows = SelectionRound.objects.filter(node__in=above, state__in=SHOWN_STATES).select_related("node", "version")
        return [_shown(row, on) for row in rows.order_by("-month", "title")]


def _shown(row: SelectionRound, on: date) -> ShownRound:
    decided = row.state == RoundState.DECIDED
    over = row.state == RoundState.PUBLIC and row.public_until is not None and row.public_until < on
    lines = [line for line in nominees_of(row) if line.chosen or not decided]
    lines.sort(key=lambda line: sound_of(line.name))
    quiet = [replace(line, points=None, votes=None, score=None) for line in lines]
    return ShownRound(
        title=row.title,
        place=row.node.label,
        state=row.state,
        state_words=_("公示期满，待审定") if over else str(ROUND_WORDS[row.state]),
        rule=rule_words(row),
        public_from=row.public_from,
        public_until=row.public_until,
        receiver=row.receiver.display_name if row.receiver else "",
        manner=row.manner,
        nominees=tuple(quiet),
    )


def steps_of(state: str) -> list[Step]:
    """The strip of a round: what is done, where it stands."""
    now = ROUND_ORDER.index(RoundState(state))
    return [Step(str(ROUND_WORDS[one]), number < now, number == now) for number, one in enumerate(ROUND_ORDER)]
