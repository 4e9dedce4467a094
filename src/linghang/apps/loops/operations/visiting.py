"""走访: somebody was at his contact point. One record that the quota counts; what he found goes on the list there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.ledger import operations as ledger
from linghang.apps.ledger.data import NewEvent, NewEvidence, NewFact, StoredFile
from linghang.apps.loops.data import Origin
from linghang.apps.loops.operations.opening import LONGEST_TITLE, Opened
from linghang.apps.loops.operations.others import report_problem
from linghang.apps.loops.operations.steps import MOST_FILES, in_the_language_of_the_house
from linghang.apps.notify.operations import notify
from linghang.apps.org.data.counters import link_counters
from linghang.apps.org.data.links import CountAsk, LinkLine
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import contact_line
from linghang.apps.org.queries.files import user_of_person
from linghang.apps.org.queries.keys import node_uuids
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

MOST_PROBLEMS = 5
MESSAGE = "loops.visit"


@dataclass(frozen=True)
class Visit:
    """What the form says. `link` is the contact point; `uuid` was made with the form, so that sent twice is once."""

    link: UUID
    day: date
    topic: str
    note: str = ""
    problems: Sequence[str] = ()
    files: Sequence[StoredFile] = ()
    uuid: UUID | None = None


@dataclass(frozen=True)
class Visited:
    """The record, and the problems that went on the list."""

    fact: UUID
    problems: tuple[Opened, ...]


def record_visit(*, visit: Visit, actor: Viewer, now: datetime) -> Visited:
    """Record a visit to a contact point inside the open scope, by the one who went or by an office in his stead.

    A second visit of the same day to the same place is refused: the quota counts days. Every problem found becomes a
    case of its own there, in the same transaction. Whoever did not write it himself is told.
    """
    with writing(actor, "record_visit"):
        problems = _checked(visit, now)
        line = contact_line(visit.link, on=visit.day)
        _refuse_outside(line, visit.day)
        kind = _kind_counted(line, visit.day)
        with system_scope(reason="a link leads whoever keeps it to its other end, wherever that hangs"):
            node = node_uuids([line.right.uuid]).get(line.right.uuid)
            if node is None:
                raise not_found()
            _refuse_second(line, kind, visit.day)
            fact = _record(line, kind, visit, node, actor, now)
            opened = tuple(_open(words, fact, node, actor, now) for words in problems)
            _tell(line, fact, visit.day, actor, now)
    return Visited(fact, opened)


def _checked(visit: Visit, now: datetime) -> list[str]:
    if visit.day > day_of(now):
        raise DomainError("day_to_come", _("日期还没有到，走访以后再记。"), field="day")
    if not visit.topic.strip():
        raise DomainError("title_needed", _("请用一句话写明这次走访的主题。"), field="topic")
    problems = [" ".join(line.split()) for line in visit.problems if line.strip()]
    if len(problems) > MOST_PROBLEMS:
        words = _("一次最多记%(n)d个问题，其余请用“反映问题”登记。") % {"n": MOST_PROBLEMS}
        raise DomainError("too_many_problems", words, field="problems")
    if any(len(words) > LONGEST_TITLE for words in problems):
        raise DomainError("text_too_long", _("每个问题写一行，不超过120字。"), field="problems")
    if len(visit.files) > MOST_FILES:
        raise DomainError("too_many_files", _("一次最多附9个文件，请挑最能说明问题的。"), field="files")
    return problems


def _refuse_outside(line: LinkLine, day: date) -> None:
    if day < line.valid_from or (line.valid_to is not None and day > line.valid_to):
        words = _("这一天不在这条联系的起止日期里（自%(since)s），请核对日期。") % {
            "since": line.valid_from.isoformat()
        }
        raise DomainError("link_not_there", words, field="day")


def _kind_counted(line: LinkLine, day: date) -> str:
    quota = pack_in_force(on=day).links[line.kind].quota
    assert quota is not None, "a contact point has a quota"
    return quota.counts


def _refuse_second(line: LinkLine, kind: str, day: date) -> None:
    """One visit of a day; two people who write it down at the same moment wait for each other."""
    key = f"visit:{line.left.uuid}:{line.right.uuid}:{day.isoformat()}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    ask = CountAsk(line.uuid, kind, line.left.uuid, line.right.uuid, day, day)
    if link_counters.count([ask]).get(line.uuid):
        values = {"name": line.left.name, "place": line.right.name, "day": day.isoformat()}
        words = _("%(name)s%(day)s到“%(place)s”的走访已经记过，同一天算一次，没有重复记录。") % values
        raise DomainError("already_recorded", words, status=409, field="day")


def _record(line: LinkLine, kind: str, visit: Visit, node: UUID, actor: Viewer, now: datetime) -> UUID:
    texts = {"title": visit.topic.strip(), "note": visit.note.strip()}
    fact = NewFact(
        kind,
        line.left.uuid,
        visit.day,
        node=node,
        texts={name: text for name, text in texts.items() if text},
        evidence=[NewEvidence("file", file=file) for file in visit.files],
    )
    event = NewEvent(kind, visit.day, node=node, uuid=visit.uuid or uuid4())
    return ledger.record(items=[fact], event=event, actor=actor, now=now).facts[0]


def _open(words: str, fact: UUID, node: UUID, actor: Viewer, now: datetime) -> Opened:
    about = {"visit": str(fact)}
    return report_problem(
        title=words, body="", node=node, origin=Origin.VISIT, about=about, led_there=True, actor=actor, now=now
    )


def _tell(line: LinkLine, fact: UUID, day: date, actor: Viewer, now: datetime) -> None:
    """办公室代录: the one who went reads it and says so if it is not true."""
    user = user_of_person(line.left.uuid)
    if user is None or user == actor.uuid:
        return
    values = {"who": actor.name, "day": day.isoformat(), "place": line.right.name}
    with in_the_language_of_the_house():
        words = _("%(who)s代您记了%(day)s到“%(place)s”的走访，请看看对不对；不对的告诉代记的人撤销。") % values
    link = reverse("ledger:fact", args=[fact])
    notify(users=[user], kind=MESSAGE, text=words, link=link, due=None, now=now, key=f"visit:{fact}")
