"""What superiors and trackers do to a case without moving it: name people, pause, extend, explain, erase words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.loops.calendar import CALENDAR
from linghang.apps.loops.data import ROLE_LABELS, Built
from linghang.apps.loops.findables import drop_case, put_case
from linghang.apps.loops.models import Case, CaseFile, CaseText
from linghang.apps.loops.operations.opening import refuse_collision
from linghang.apps.loops.operations.steps import (
    account,
    forget_told,
    in_the_language_of_the_house,
    locked,
    set_parties,
    tell_next,
    write_step,
)
from linghang.apps.loops.people import options_for
from linghang.apps.loops.policies import Matter, barred, hats, shifted
from linghang.apps.loops.reading import matter_of
from linghang.engine.packs.loop_model import THREE, Who
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

MOST_EXTENDED = 60
NAMERS = frozenset({Who.TRACKER, Who.OFFICER, Who.SUPERIOR})


def assign(*, case: UUID, people: Mapping[str, UUID | None], actor: Viewer, now: datetime, note: str = "") -> None:
    """Name who does it, tracks it, verifies it; by the tracker or somebody above. The three are different people."""
    with writing(actor, "assign_case"):
        row, matter = _open(case)
        hat = _one_of(matter, actor, NAMERS, _("指定人员由跟踪人或上级办。"))
        named_people(row, matter, people, on=day_of(now))
        taken = write_step(
            row,
            step=Built.ASSIGN,
            state_from=row.state,
            actor=actor,
            acting_as=hat.value,
            now=now,
            note=note,
            due_before=row.due_on,
        )
        row.save()
        put_case(row)
        tell_next(row, taken, now)


def named_people(row: Case, matter: Matter, people: Mapping[str, UUID | None], *, on: date) -> None:
    """Put the people into the row, after law 8 and the posts from which the kind takes them."""
    chosen = {who: people.get(who.value, matter.named(who)) for who in THREE}
    for who in THREE:
        person = chosen[who]
        if person is not None and person != matter.named(who):
            _refuse_person(matter, who, person, on)
    refuse_collision(chosen)
    for who, uuid in chosen.items():
        found = account(uuid)
        setattr(row, f"{who.value}_id", found.pk if found else None)
    set_parties(row)


def _refuse_person(matter: Matter, who: Who, person: UUID, on: date) -> None:
    label = {"who": ROLE_LABELS[who.value]}
    if person == matter.subject or (who is Who.VERIFIER and person == matter.doer):
        words = _("办过这件事或与这件事有关的人不能担任%(who)s，请另选一人。") % label
        raise DomainError("own_matter", words, field=who.value)
    if person not in {one.uuid for one in options_for(matter, who, on=on)}:
        words = _("选的人现在没有担任%(who)s所需的职务，请从列出的人里选。") % label
        raise DomainError("person_unfit", words, field=who.value)


def pause(*, case: UUID, reason: str, actor: Viewer, now: datetime) -> None:
    """Stop the clock of a case; only somebody above, with a reason."""
    with writing(actor, "pause_case"):
        row, matter = _open(case)
        hat = _superior(matter, actor)
        _refuse_no_reason(reason)
        if row.paused_on is not None:
            raise DomainError("case_paused", _("这件事项已经暂停。"), status=409)
        today, due = day_of(now), row.due_on
        left = CALENDAR.workdays_between(today, due).days if due and due > today else 0
        row.paused_on, row.left_when_paused, row.due_on = today, left, None
        _written(row, Built.PAUSE, hat, actor, now, reason, due)


def resume(*, case: UUID, actor: Viewer, now: datetime, note: str = "") -> None:
    """Let the clock go on: the working days that were left are left again, an overdue case is as overdue as it was."""
    with writing(actor, "resume_case"):
        row, matter = _open(case)
        hat = _superior(matter, actor)
        if row.paused_on is None:
            raise DomainError("case_not_paused", _("这件事项没有暂停，不用恢复。"), status=409)
        today, left = day_of(now), row.left_when_paused or 0
        row.paused_days += CALENDAR.workdays_between(row.paused_on, today).days
        if left:
            again = CALENDAR.add_workdays(today, left)
            row.due_on, row.provisional = again.day, again.provisional
            row.due_words = _("恢复后%(words)s（暂停时剩余的天数）") % {"words": again.words}
        else:
            row.due_on = _due_when_paused(row)
        row.paused_on, row.left_when_paused = None, None
        _written(row, Built.RESUME, hat, actor, now, note, None)


def _due_when_paused(row: Case) -> date | None:
    last = row.transitions.filter(step=Built.PAUSE).order_by("-seq").first()
    return last.due_before if last else None


def extend(*, case: UUID, working_days: int, reason: str, actor: Viewer, now: datetime) -> date:
    """Give more working days, from the deadline on; only somebody above, with a reason. Returns the new last day."""
    with writing(actor, "extend_case"):
        row, matter = _open(case)
        hat = _superior(matter, actor)
        _refuse_no_reason(reason)
        if row.due_on is None:
            raise DomainError("nothing_runs", _("这件事项现在没有期限在走，不用延期。"), status=409)
        if not 1 <= working_days <= MOST_EXTENDED:
            raise DomainError("extension_range", _("延期为 1 至 60 个工作日。"), field="working_days")
        due = row.due_on
        later = shifted(due, working_days, CALENDAR)
        if later.day < day_of(now):
            raise DomainError("extension_short", _("延期后的期限已经过了，请多延几天。"), field="working_days")
        row.due_on, row.provisional, row.level = later.day, row.provisional or later.provisional, ""
        row.due_words = _("经%(who)s批准延期，%(words)s") % {"who": actor.name, "words": later.words}
        row.extended += 1
        _written(row, Built.EXTEND, hat, actor, now, reason, due)
        return later.day


def comment(*, case: UUID, note: str, actor: Viewer, now: datetime) -> None:
    """Words that stay with the case, from anybody who has a part in it."""
    with writing(actor, "comment_case"):
        row, matter = _open(case)
        hat = _one_of(matter, actor, frozenset(Who), _("只有与这件事项有关的人可以补充说明。"))
        if not note.strip():
            raise DomainError("text_needed", _("请写下要说明的内容。"), field="note")
        _written(row, Built.COMMENT, hat, actor, now, note, row.due_on)


def erase_texts(*, case: UUID, reason: str, actor: Viewer, now: datetime) -> int:
    """Destroy the words and files of a case and what they could be checked by; steps, days and people stay.

    Returns how many texts went; files leave the disk at the next sweep.
    """
    with writing(actor, "erase_case_texts"):
        row = locked(case)
        matter = matter_of(row)
        hat = _superior(matter, actor)
        _refuse_no_reason(reason)
        person = account(actor.uuid)
        texts = CaseText.objects.filter(case=row, erased_at__isnull=True)
        gone = texts.update(
            text="", salt="", erased_at=now, erased_by=person.pk if person else None, reason=reason.strip()[:200]
        )
        CaseFile.objects.filter(case=row, erased_at__isnull=True).update(name="", sha256="", erased_at=now)
        with in_the_language_of_the_house():
            row.title = _("（文字已清除）")
        drop_case(row)
        forget_told(row)
        _written(row, Built.ERASE, hat, actor, now, "", row.due_on)
        return gone


def forget_files(files: Sequence[UUID], now: datetime) -> None:
    """Files that were erased as evidence of a record are not named by the case from which they came, either."""
    with system_scope(reason="what is erased is erased wherever it is named"):
        CaseFile.objects.filter(uuid__in=files, erased_at__isnull=True).update(name="", sha256="", erased_at=now)


def _open(case: UUID) -> tuple[Case, Matter]:
    row = locked(case)
    if row.ends:
        raise DomainError("case_closed", _("这件事项已经结束。需要时请按“反复”重新办理。"), status=409)
    return row, matter_of(row)


def _superior(matter: Matter, actor: Viewer) -> Who:
    words = _("暂停、恢复、延期由上级组织的党务干部或班子成员决定；与这件事有关的人不能给自己办。")
    return _one_of(matter, actor, frozenset({Who.SUPERIOR}), words)


def _one_of(matter: Matter, actor: Viewer, wanted: frozenset[Who], words: str) -> Who:
    worn = hats(matter, actor) & wanted
    if not worn:
        own = actor.uuid is not None and bool(barred(matter, actor.uuid) & wanted)
        raise DomainError("own_matter" if own else "not_your_step", words, status=403)
    return next(who for who in Who if who in worn)


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("reason_needed", _("请写明理由，有关的人都能看到。"), field="note")


def _written(row: Case, step: str, hat: Who, actor: Viewer, now: datetime, note: str, due: date | None) -> None:
    write_step(
        row,
        step=step,
        state_from=row.state,
        actor=actor,
        acting_as=hat.value,
        now=now,
        note=note,
        due_before=due,
    )
    row.save()
