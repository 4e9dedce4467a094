"""Taking a step of the kind's table: who may, what it needs, what happens together with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.data import StoredFile
from linghang.apps.loops.calendar import CALENDAR
from linghang.apps.loops.data import ROLE_LABELS, Moved, operations_on
from linghang.apps.loops.findables import put_case
from linghang.apps.loops.models import Case, Transition
from linghang.apps.loops.operations.opening import refuse_collision
from linghang.apps.loops.operations.steering import named_people
from linghang.apps.loops.operations.steps import (
    account,
    attach,
    in_the_language_of_the_house,
    locked,
    named,
    proofs_of,
    set_deadline,
    set_parties,
    tell,
    tell_next,
    write_step,
)
from linghang.apps.loops.policies import Matter, barred, hat_for, hats, settles
from linghang.apps.loops.reading import matter_of
from linghang.apps.loops.words import said
from linghang.engine.packs.loop_model import DECLARED, THREE, LoopKind, LoopStep, Need, Tally, Who
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def move(
    *,
    case: UUID,
    step: str,
    actor: Viewer,
    now: datetime,
    note: str = "",
    people: Mapping[str, UUID] | None = None,
    files: Sequence[StoredFile] = (),
    about: Mapping[str, Any] | None = None,
) -> str:
    """Take one step and return the state that the case is in then.

    Operations registered for the step run in the same transaction; one that refuses takes the step back. `about`
    replaces what the case is about where the reporter sends it again.
    """
    with writing(actor, "move_case"):
        row = locked(case)
        matter = matter_of(row)
        chosen = _step_of(matter.kind, row, step)
        if people:
            named_people(row, matter, people, on=day_of(now))
            matter = matter_of(row)
        hat = _hat(matter, chosen, actor)
        _refuse_missing(matter, chosen, note, files)
        if about is not None:
            row.about = dict(about)
        taken = _advance(row, matter.kind, chosen, hat, actor, now, note)
        attach(row, taken, files, actor, now)
        put_case(row)
        _run_registered(row, chosen, actor, now, note)
        tell_next(row, taken, now)
        _tell_the_end(row, matter, chosen, taken, actor, now)
    return row.state


def _step_of(kind: LoopKind, row: Case, step: str) -> LoopStep:
    chosen = kind.steps.get(step)
    if chosen is None or not chosen.origins:
        raise not_found()
    if row.paused_on is not None:
        raise DomainError("case_paused", _("这件事项已经暂停，恢复后才能继续办。暂停由上级决定。"))
    if row.state not in chosen.origins:
        words = _("事项现在是“%(state)s”，不能“%(step)s”。可能别人刚办过，请刷新后再看。") % {
            "state": said(kind.states[row.state].title),
            "step": said(chosen.title),
        }
        raise DomainError("wrong_state", words, status=409)
    return chosen


def _hat(matter: Matter, step: LoopStep, actor: Viewer) -> Who:
    hat = hat_for(step, hats(matter, actor))
    if hat is not None:
        return hat
    if actor.uuid is not None and barred(matter, actor.uuid) & set(step.who):
        words = _("自己办的、自己跟踪的或关于自己的事项，不能由自己“%(step)s”。请由别的人办。")
        raise DomainError("own_matter", words % {"step": said(step.title)}, status=403)
    who = _("或").join(str(ROLE_LABELS[w.value]) for w in step.who)
    words = _("“%(step)s”由%(who)s办，您现在不能办这一步。") % {"step": said(step.title), "who": who}
    raise DomainError("not_your_step", words, status=403)


def _refuse_missing(matter: Matter, step: LoopStep, note: str, files: Sequence[StoredFile]) -> None:
    if step.reason is Need.REQUIRED and not note.strip():
        words = _("“%(step)s”须写明理由，当事人能看到。") % {"step": said(step.title)}
        raise DomainError("reason_needed", words, field="note")
    if step.evidence is Need.REQUIRED and not files:
        raise DomainError("evidence_needed", _("这一步须附佐证材料，请添加后再提交。"), field="files")
    for who in step.names:
        if matter.named(who) is None:
            words = _("请先指定%(who)s。") % {"who": ROLE_LABELS[who.value]}
            raise DomainError("person_needed", words, field=who.value)


def _advance(
    row: Case, kind: LoopKind, step: LoopStep, hat: Who, actor: Viewer, now: datetime, note: str
) -> Transition:
    before, due_before, today = row.state, row.due_on, day_of(now)
    target = kind.states[step.to]
    row.state, row.waits_for, row.state_since = target.id, target.waits_for or "", today
    row.ends, row.closed_on = (target.ends or ""), (today if target.ends else None)
    row.refused += step.counts is Tally.REFUSED
    row.reopened += step.counts is Tally.REOPENED
    if target.ends and not (settles(kind, step) and kind.declares):
        row.same = ""  # only what was settled as declared keeps others from being declared
    _take_on(row, kind, step, hat, actor)
    set_deadline(row, None if target.ends else step.term, today, CALENDAR)
    taken = write_step(
        row,
        step=step.id,
        state_from=before,
        actor=actor,
        acting_as=hat.value,
        now=now,
        note=note,
        due_before=due_before,
    )
    row.save()
    return taken


def _take_on(row: Case, kind: LoopKind, step: LoopStep, hat: Who, actor: Viewer) -> None:
    """Whoever acts where nobody is named becomes the one; so the three stay three, also when posts are shared."""
    person = account(actor.uuid)
    if person is None:
        return
    if hat is Who.RESPONSIBLE:
        row.doer_id = person.pk
    if hat in (Who.RESPONSIBLE, Who.TRACKER) or (hat is Who.VERIFIER and settles(kind, step)):
        setattr(row, f"{hat.value}_id", person.pk)
    refuse_collision({who: getattr(row, f"{who.value}_id") for who in THREE})
    set_parties(row)


def _run_registered(row: Case, step: LoopStep, actor: Viewer, now: datetime, note: str) -> None:
    registered = operations_on(row.kind, step.id)
    if step.emits == DECLARED and not registered:
        raise RuntimeError(f"{row.kind}/{step.id} writes a record, and nothing is registered to write it")
    moved = Moved(
        case=row.uuid,
        number=row.number,
        kind=row.kind,
        step=step.id,
        state=row.state,
        node=row.node.uuid,
        title=row.title,
        about=row.about,
        subject=row.subject.uuid if row.subject else None,
        reporter=row.reporter.uuid if row.reporter else None,
        actor=actor,
        now=now,
        note=note,
        evidence=proofs_of(row) if registered else (),
    )
    for operation in registered:
        told = operation(moved)
        if told is not None and told.about:
            row.about = {**row.about, **told.about}
            row.save(update_fields=["about"])


def _tell_the_end(row: Case, matter: Matter, step: LoopStep, taken: Transition, actor: Viewer, now: datetime) -> None:
    """Whoever started it and whoever had a part in it read how it ended; the one who ended it knows."""
    if not row.ends:
        return
    part = {matter.reporter, *(matter.named(who) for who in THREE)} - {None, actor.uuid}
    with in_the_language_of_the_house():
        words = _("%(case)s办结了：%(step)s。") % {"case": named(row, matter), "step": said(step.title)}
    tell([one for one in part if one is not None], words, row, now, key=f"{row.uuid}:{taken.seq}:end")
