"""What every step does: lock the case, append the row with its words, set the deadline, tell whose turn it is."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.access.queries import holders
from linghang.apps.ledger.data import NewEvidence, StoredFile
from linghang.apps.loops.models import Case, CaseFile, CaseText, Transition
from linghang.apps.loops.policies import Matter, barred
from linghang.apps.loops.reading import matter_of
from linghang.apps.loops.words import said
from linghang.apps.notify.operations import notify, retell, settle
from linghang.engine.packs.loop_model import THREE, Term, Who
from linghang.engine.workdays import WorkCalendar
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer

MESSAGE = "loops.case"
LONGEST_NOTE = 2000
SYSTEM_HAT = "system"
MOST_TOLD = 50
MOST_FILES = 9


def locked(case: UUID) -> Case:
    """The case inside the open scope, held until the end of the transaction: steps are taken one after the other."""
    row = Case.objects.select_for_update(of=("self",)).select_related("node").filter(uuid=case).first()
    if row is None:
        raise not_found()
    return row


def account(uuid: UUID | None) -> AbstractBaseUser | None:
    """The account of an actor or of somebody named; None for the system."""
    return get_user_model().objects.get(uuid=uuid) if uuid else None


def write_step(
    row: Case,
    *,
    step: str,
    state_from: str,
    actor: Viewer,
    acting_as: str,
    now: datetime,
    note: str = "",
    due_before: date | None = None,
) -> Transition:
    """Append one step to the case as it stands now; its words stand beside it and can be erased later."""
    note = checked_note(note)
    salt = secrets.token_hex(16) if note else ""
    row.steps += 1
    person = account(actor.uuid)
    taken = Transition.objects.create(
        case=row,
        seq=row.steps,
        step=step,
        state_from=state_from,
        state_to=row.state,
        actor_id=person.pk if person else None,
        acting_as=acting_as,
        at=now,
        due_before=due_before,
        due_after=row.due_on,
        due_words=row.due_words if row.due_on != due_before else "",
        note_hash=salted(note, salt),
    )
    if note:
        CaseText.objects.create(case=row, transition=taken, text=note, salt=salt)
    return taken


def attach(row: Case, taken: Transition, files: Sequence[StoredFile], actor: Viewer, now: datetime) -> None:
    """Name files that lie on the disk already, beside the step with which they came."""
    if len(files) > MOST_FILES:
        raise DomainError("too_many_files", _("一次最多附9个文件，请挑最能说明问题的。"), field="files")
    person = account(actor.uuid)
    CaseFile.objects.bulk_create(
        CaseFile(
            uuid=file.uuid,
            case=row,
            transition=taken,
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            media_type=file.media_type,
            added_by_id=person.pk if person else None,
            added_at=now,
        )
        for file in files
    )


def proofs_of(row: Case) -> list[NewEvidence]:
    """The files of a case as evidence of the record that it becomes; each becomes one once."""
    kept = CaseFile.objects.filter(case=row, erased_at__isnull=True).order_by("pk")
    return [NewEvidence("file", file=StoredFile(f.uuid, f.sha256, f.name, f.size, f.media_type)) for f in kept]


def salted(text: str, salt: str) -> str:
    """What a step keeps of its words, '' for none."""
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest() if text else ""


def checked_note(note: str) -> str:
    """Words without outer spaces; too many are refused."""
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise DomainError("text_too_long", _("文字超过2000字，请写短一些，其余作为佐证材料。"), field="note")
    return text


def set_deadline(row: Case, term: Term | None, on: date, calendar: WorkCalendar) -> None:
    """Start the term of what follows; without one nothing runs."""
    row.level = ""
    if term is None:
        row.due_on, row.due_words, row.provisional = None, "", False
        return
    deadline = calendar.add_workdays(on, term.working_days, term.counting)
    row.due_on, row.due_words, row.provisional = deadline.day, deadline.words, deadline.provisional


def set_parties(row: Case) -> None:
    """Keep the list of accounts that are part of the case in step with its people."""
    matter = matter_of(row)
    people = (matter.reporter, *(matter.named(who) for who in THREE))
    row.parties = sorted({person for person in people if person is not None}, key=str)


def tell_next(row: Case, taken: Transition, now: datetime) -> None:
    """Whoever the case waits for now reads it in his messages; from today on it counts as something to do.

    For those for whom it waited before, it does not any more, and their message says so.
    """
    matter = matter_of(row)
    with in_the_language_of_the_house():
        now_so = _("%(case)s已转到下一步。") if row.waits_for else _("%(case)s已办结。")
        settle(kind=MESSAGE, link=link_of(row), text=now_so % {"case": named(row, matter)})
    if not row.waits_for:
        return
    with in_the_language_of_the_house():
        words = _("%(case)s等您办理。") % {"case": named(row, matter)}
    tell(turn_of(row, matter, now), words, row, now, key=f"{row.uuid}:{taken.seq}", due=day_of(now))


def tell(users: Iterable[UUID], words: str, row: Case, now: datetime, *, key: str, due: date | None = None) -> None:
    """One message for each, once."""
    notify(users=list(users), kind=MESSAGE, text=words, link=link_of(row), due=due, now=now, key=f"loops:{key}")


def named(row: Case, matter: Matter) -> str:
    """What a message calls a case: its title, and where only few may read it no more than its kind and number."""
    words = {"title": said(matter.kind.title) if row.confidential else row.title, "number": row.number}
    return _("“%(title)s”（%(number)s）") % words


def forget_told(row: Case) -> None:
    """The words of a case were erased: no message keeps them either."""
    with in_the_language_of_the_house():
        words = _("事项%(number)s的文字已清除。") % {"number": row.number}
    retell(kind=MESSAGE, link=link_of(row), text=words)


def in_the_language_of_the_house() -> translation.override:
    """Stored words are not in the language of whoever happens to act."""
    return translation.override(settings.LANGUAGE_CODE)


def link_of(row: Case) -> str:
    """Where messages about a case lead."""
    return reverse("loops:case", args=[row.uuid])


def turn_of(row: Case, matter: Matter, now: datetime) -> list[UUID]:
    """The accounts whose turn it is: the one who was named, or those who hold the post nearest to the case."""
    who = Who(row.waits_for)
    named = matter.reporter if who is Who.REPORTER else (matter.named(who) if who in THREE else None)
    if named is not None:
        return [named]
    roles = matter.kind.people[who] if who in THREE else ("officer",)
    found = holders(roles=roles, on=day_of(now), above=matter.path)
    free = [one for one in found if who not in barred(matter, one.uuid)]
    nearest = max((len(one.path) for one in free), default=0)
    return list(dict.fromkeys(one.uuid for one in free if len(one.path) == nearest))[:MOST_TOLD]
