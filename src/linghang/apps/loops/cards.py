"""A case as its page shows it to one viewer."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.access.data import ROLES
from linghang.apps.loops.data import (
    ORIGINS,
    RATINGS,
    ROLE_LABELS,
    CaseCard,
    CaseFileLine,
    Happened,
    Step,
    StripStep,
)
from linghang.apps.loops.lines import line_of
from linghang.apps.loops.models import Case, CaseFile, CaseText, Transition
from linghang.apps.loops.policies import Matter, hat_for, hats, settles, spent
from linghang.apps.loops.reading import matter_of
from linghang.apps.loops.words import about_words, said, step_words
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.loop_model import THREE, Ending, LoopKind, Need, Tally, Who
from linghang.engine.workdays import WorkCalendar
from linghang.ui.web.clock import day_of
from linghang.ui.web.viewer import Viewer


def card_of(row: Case, viewer: Viewer, today: date, calendar: WorkCalendar) -> CaseCard:
    """Everything about one case; what the viewer may do comes from the same rules that guard the operations."""
    matter = matter_of(row)
    kind, worn = matter.kind, hats(matter, viewer)
    taken = list(Transition.objects.filter(case=row).select_related("actor", "words").order_by("seq"))
    open_now = not row.ends and row.paused_on is None
    steps = _steps(kind, row, worn) if row.paused_on is None else ()
    superior = Who.SUPERIOR in worn and not row.ends
    return CaseCard(
        line=line_of(row, today, calendar),
        origin=str(ORIGINS[row.origin]),
        body=_body(row),
        about=about_words(row.about, pack_in_force(on=today)),
        strip=_strip(row, kind, taken, today, calendar),
        people=_people(row, matter, viewer),
        named={who.value: matter.named(who) for who in THREE},
        working_days=spent(row.opened_on, row.closed_on or today, row.paused_days, calendar),
        extended=row.extended,
        timeline=tuple(_happened(row, kind, taken, matter, viewer)),
        files=tuple(_files(row, kind)),
        answer=_answer(kind, taken) if row.ends else "",
        confidential=row.confidential,
        steps=steps,
        may_assign=open_now and bool(worn & {Who.TRACKER, Who.OFFICER, Who.SUPERIOR}) and _needs_people(kind),
        may_pause=superior and row.paused_on is None,
        may_resume=superior and row.paused_on is not None,
        may_extend=superior and row.paused_on is None and row.due_on is not None,
        may_comment=bool(worn) and not row.ends,
        subject=row.subject.uuid if row.subject else None,
        subject_user=matter.subject,
        facts=tuple(UUID(fact) for fact in row.about.get("facts", ())),
        rating=str(RATINGS.get(_rating(taken), "")),
        may_rate=_to_rate(row, matter, taken, viewer),
    )


def may_rate(row: Case, matter: Matter, viewer: Viewer) -> bool:
    """Whether the viewer reported this, got an answer, and has not said yet what he thinks of it."""
    return _to_rate(
        row, matter, list(Transition.objects.filter(case=row).select_related("words").order_by("seq")), viewer
    )


def _to_rate(row: Case, matter: Matter, taken: Sequence[Transition], viewer: Viewer) -> bool:
    foreign = Who.REPORTER not in matter.kind.people.get(Who.RESPONSIBLE, ())  # nobody rates what he did himself
    mine = viewer.uuid is not None and viewer.uuid == matter.reporter and viewer.uuid != matter.doer
    return bool(row.ends and foreign and mine and _answer(matter.kind, taken)) and not _rating(taken)


def _rating(taken: Sequence[Transition]) -> str:
    """What was said of the last answer; once the case was taken up again, nothing yet."""
    for one in reversed(taken):
        if one.step in RATINGS:
            return one.step
        if one.state_from != one.state_to:
            break
    return ""


def _needs_people(kind: LoopKind) -> bool:
    return any(Who.REPORTER not in roles for roles in kind.people.values())


def _steps(kind: LoopKind, row: Case, worn: frozenset[Who]) -> tuple[Step, ...]:
    """What the viewer may do; the first that moves it on is the one primary button."""
    found = [(step, hat_for(step, worn)) for step in kind.steps_from(row.state)]
    mine = [step for step, hat in found if hat is not None]
    primary = next((step.id for step in mine if not _turns_down(kind, step.id)), "")
    return tuple(
        Step(
            id=step.id,
            title=said(step.title),
            reason=step.reason.value,
            evidence=step.evidence.value,
            names=tuple(who.value for who in step.names),
            primary=step.id == primary,
            danger=kind.states[step.to].ends is Ending.REFUSED,
        )
        for step in mine
    )


def _turns_down(kind: LoopKind, step: str) -> bool:
    ends = kind.states[kind.steps[step].to].ends
    return kind.steps[step].counts is not None or ends in (Ending.REFUSED, Ending.WITHDRAWN)


def _body(row: Case) -> str:
    words = CaseText.objects.filter(case=row, transition__isnull=True).first()
    return _told(words)


def _told(words: CaseText | None) -> str:
    if words is None:
        return ""
    if words.erased_at:
        return _("（文字已于%(day)s清除）") % {"day": date_format(day_of(words.erased_at), "DATE_FORMAT")}
    return words.text


def _strip(
    row: Case, kind: LoopKind, taken: Sequence[Transition], today: date, calendar: WorkCalendar
) -> tuple[StripStep, ...]:
    """The way on which the case would be settled, with the working days spent at each station."""
    days = _days_in(taken, row, today, calendar)
    route = _route(kind)
    if row.state not in route:
        route = [state for state in route if state in days] + [row.state]
    here = route.index(row.state)
    return tuple(
        StripStep(
            said(kind.states[state].title),
            "current" if index == here else ("past" if index < here else "ahead"),
            days.get(state) if not kind.states[state].ends else None,
        )
        for index, state in enumerate(route)
    )


def _route(kind: LoopKind) -> list[str]:
    """From the opening straight to the settled end: at each state the first step that turns nothing down."""
    route = [kind.opening.to]
    while not kind.states[route[-1]].ends:
        onward = [s for s in kind.steps_from(route[-1]) if not _turns_down(kind, s.id) and s.to not in route]
        if not onward:
            break
        route.append(next((s.to for s in onward if settles(kind, s)), onward[0].to))
    return route


def _days_in(taken: Sequence[Transition], row: Case, today: date, calendar: WorkCalendar) -> dict[str, int]:
    """Working days begun in each state, all visits together."""
    moves = [(one.state_to, day_of(one.at)) for one in taken if one.state_from != one.state_to]
    ends = [day for _state, day in moves[1:]] + [row.closed_on or today]
    found: dict[str, int] = {}
    for (state, since), until in zip(moves, ends, strict=True):
        found[state] = found.get(state, 0) + calendar.workdays_between(since, until).days
    return found


def _people(row: Case, matter: Matter, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Who reported, does, tracks and verifies; a name that nobody has yet shows the posts that it comes from."""
    pairs = []
    if not hides_reporter(matter, viewer):
        pairs.append((str(ROLE_LABELS["reporter"]), row.reporter.display_name if row.reporter else _("系统")))
    for who in THREE:
        person = getattr(row, who.value)
        words = person.display_name if person else _posts(matter.kind.people[who])
        pairs.append((str(ROLE_LABELS[who.value]), words))
    return tuple(pairs)


def hides_reporter(matter: Matter, viewer: Viewer) -> bool:
    """反映人 is not shown to the one who is responsible: unless he tracks it, he could take it out on him."""
    if not matter.kind.hides_reporter or viewer.uuid == matter.reporter:
        return False
    return Who.RESPONSIBLE in hats(matter, viewer) or viewer.uuid in (matter.responsible, matter.doer)


def _posts(roles: Sequence[str]) -> str:
    words = [str(ROLE_LABELS["reporter"]) if role == Who.REPORTER else str(ROLES[role].label) for role in roles]
    return _("（%(posts)s）") % {"posts": _("或").join(words)}


def _happened(row: Case, kind: LoopKind, taken: Sequence[Transition], matter: Matter, viewer: Viewer) -> list[Happened]:
    """The timeline, newest first."""
    hidden = hides_reporter(matter, viewer)
    lines = []
    for one in reversed(taken):
        who = one.actor.display_name if one.actor else _("系统")
        if hidden and one.actor_id == row.reporter_id:
            who = _("（反映人）")
        role = ROLE_LABELS.get(one.acting_as)
        words = getattr(one, "words", None)
        lines.append(
            Happened(
                title=step_words(kind, one.step),
                when=one.at,
                who=f"{who}（{role}）" if role and one.actor and not hidden else who,
                note=_note(one, words),
                erased=bool(words and words.erased_at),
                state="current" if one is taken[-1] and not row.ends else "",
                acting_as=one.acting_as,
                words=_told(words),
            )
        )
    return lines


def _note(one: Transition, words: CaseText | None) -> str:
    parts = [_told(words)]
    if one.due_after and one.due_after != one.due_before:
        day = date_format(one.due_after, "DATE_FORMAT")
        parts.append(_("期限：%(day)s（%(rule)s）") % {"day": day, "rule": one.due_words})
    return "\n".join(part for part in parts if part)


def _files(row: Case, kind: LoopKind) -> list[CaseFileLine]:
    kept = CaseFile.objects.filter(case=row, erased_at__isnull=True).select_related("transition").order_by("pk")
    return [CaseFileLine(file.uuid, file.name, file.size, file.added_at, _came_with(file, kind)) for file in kept]


def _came_with(file: CaseFile, kind: LoopKind) -> str:
    return step_words(kind, file.transition.step) if file.transition else ""


def _answer(kind: LoopKind, taken: Sequence[Transition]) -> str:
    """What the one who reported reads as the answer: the last reason on the way to the end."""
    for one in reversed(taken):
        step = kind.steps.get(one.step)
        words = getattr(one, "words", None)
        if step and step.counts is not Tally.REFUSED and step.reason is Need.REQUIRED and words:
            return _told(words)
    return ""
