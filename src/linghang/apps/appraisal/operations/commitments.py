"""Writes of commitments (承诺践诺, row S5-35): a member makes up to three a year, reports, and somebody else judges."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.commitments import COMMITMENT_WORDS, MOST_A_YEAR, CommitmentState
from linghang.apps.appraisal.models import Commitment
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.loops.people import need_own_person
from linghang.apps.org.queries.people import get_person
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LEAST_WORDS = 6
KEPT = "commitment.kept"  # the kind of record of the national pack


@dataclass(frozen=True)
class Promise:
    """What is promised: to whom, how one sees that it was kept, by which day."""

    text: str
    measure: str
    beneficiary: str
    due: date


def make_commitment(*, promise: Promise, actor: Viewer, now: datetime) -> UUID:
    """One more commitment of the actor for the year of its day; refused when it is vague, late, or the fourth."""
    with writing(actor, "make_commitment"):
        person = get_person(need_own_person(actor).uuid)
        _refuse_vague(promise, day_of(now))
        # the person's row orders two requests of the same member
        type(person).objects.select_for_update(of=["self"]).get(pk=person.pk)
        taken = set(Commitment.objects.filter(person=person, year=promise.due.year).values_list("number", flat=True))
        free = [number for number in range(1, MOST_A_YEAR + 1) if number not in taken]
        if not free:
            raise DomainError(
                "commitments_full",
                _("%(year)d 年已有 %(most)d 条承诺，先办好这几条。") % {"year": promise.due.year, "most": MOST_A_YEAR},
                status=409,
            )
        return Commitment.objects.create(
            person=person, node_id=person.node_id, year=promise.due.year, number=free[0], text=promise.text.strip(),
            measure=promise.measure.strip(), beneficiary=promise.beneficiary.strip(), due=promise.due, made_at=now,
        ).uuid  # fmt: skip


def _refuse_vague(promise: Promise, today: date) -> None:
    if promise.due <= today:
        raise DomainError("commitment_due_past", _("完成日期要在今天以后，请改正。"), field="due")
    if not any(letter.isdigit() or letter in "一二三四五六七八九十两百千" for letter in promise.measure):
        raise DomainError(
            "commitment_vague", _("怎样算完成，请写一个数（次数、人数、天数等），例如“上门 6 次”。"), field="measure"
        )
    if len(promise.text.strip()) < LEAST_WORDS:
        raise DomainError("commitment_vague", _("承诺太笼统，请写清做什么、为谁做。"), field="text")


def note_midway(*, commitment: UUID, note: str, actor: Viewer, now: datetime) -> None:
    """How it goes in the middle of the year, in the member's words."""
    with writing(actor, "note_midway"):
        row = _own(commitment, actor)
        if row.state != CommitmentState.OPEN:
            raise _wrong_state(row)
        if not note.strip():
            raise DomainError("reason_needed", _("请写一句进展。"), field="note")
        row.midway_note, row.midway_on = note.strip(), day_of(now)
        row.save()


def report_kept(*, commitment: UUID, proof: str, actor: Viewer, now: datetime) -> None:
    """The member says that it is done and where that can be seen."""
    with writing(actor, "report_kept"):
        row = _own(commitment, actor)
        if row.state != CommitmentState.OPEN:
            raise _wrong_state(row)
        if not proof.strip():
            raise DomainError("proof_needed", _("请写明在哪里看得到：记录、照片存放处或见证人。"), field="proof")
        row.proof, row.reported_at, row.state = proof.strip(), now, CommitmentState.REPORTED
        row.save()


def judge_commitment(*, commitment: UUID, kept: bool, reason: str, actor: Viewer, now: datetime) -> None:
    """Somebody else says whether it was kept; a no carries its reason. Before the day only what was reported.

    What was kept is recorded in the ledger as of the day of the verdict: the scheme in force says what it is worth.
    """
    with writing(actor, "judge_commitment"):
        row = _locked(commitment)
        if row.person.user and row.person.user.uuid == actor.uuid:
            raise DomainError("own_matter", _("本人的承诺由别人认定，请支部其他同志办理。"), status=403)
        if row.state in (CommitmentState.KEPT, CommitmentState.NOT_KEPT):
            raise _wrong_state(row)
        if row.state == CommitmentState.OPEN and day_of(now) <= row.due:
            raise DomainError("commitment_not_due", _("还没到完成日期，本人也没有报告完成，先不认定。"), status=409)
        if not kept and not reason.strip():
            raise DomainError("reason_needed", _("认定没有兑现要写明理由，本人看得到。"), field="reason")
        row.state = CommitmentState.KEPT if kept else CommitmentState.NOT_KEPT
        row.judged_by = get_user_model().objects.get(uuid=UUID(str(actor.uuid)))
        row.judged_at, row.judged_reason = now, reason.strip()
        row.fact = _recorded(row, actor, now) if kept else None
        row.save()


def _recorded(row: Commitment, actor: Viewer, now: datetime) -> UUID:
    """The record that the commitment was kept; the number keeps two of one day apart."""
    fact = NewFact(KEPT, row.person.uuid, day_of(now), sequence=row.number)
    return record(items=[fact], actor=actor, now=now, confirmed_by=actor.uuid).facts[0]


def _own(commitment: UUID, actor: Viewer) -> Commitment:
    row = _locked(commitment)
    if row.person.user is None or row.person.user.uuid != actor.uuid:
        raise not_found()
    return row


def _locked(commitment: UUID) -> Commitment:
    rows = Commitment.objects.select_for_update(of=["self"]).select_related("person__user")
    row = rows.filter(uuid=commitment).first()
    if row is None:
        raise not_found()
    return row


def _wrong_state(row: Commitment) -> DomainError:
    return DomainError(
        "commitment_state",
        _("这条承诺已是“%(state)s”，不能再办这一步。") % {"state": COMMITMENT_WORDS[row.state]},
        status=409,
    )
