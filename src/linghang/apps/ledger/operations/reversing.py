"""Taking back: a mistake is cancelled by one fact that reverses it; nothing is deleted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.records import NewFact
from linghang.apps.ledger.models import Fact
from linghang.apps.ledger.operations.chain import entries_for
from linghang.apps.ledger.operations.recording import MANY, account_key, appended, content_key, tell
from linghang.apps.ledger.operations.rows import FactContent, Owner, Stamp, Tables, add_words, fact_row, next_ids
from linghang.apps.org.packs import pack_in_force
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

SHORTEST_REASON = 4
REASONS = ("mistake", "duplicate", "withdrawn", "import-undone")


def reverse(*, fact: UUID, reason: str, actor: Viewer, now: datetime, code: str = "mistake") -> UUID:
    """Cancel one standing fact inside the open scope, for a reason in words; returns the reversing fact."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise DomainError("reason_needed", _("撤销记录须写明原因，至少四个字。"), field="reason")
    with writing(actor, "reverse"):
        row = Fact.objects.select_related("subject__person__user", "event").filter(uuid=fact).first()
        if row is None:
            raise not_found()
        if row.reverses_id is not None:
            raise DomainError("is_reversal", _("这一条本身就是撤销，不能再撤销。需要时请重新记录。"), status=409)
        _refuse_own(row, actor, now)
        stamp = Stamp(now, account_key(actor.uuid))
        return reverse_rows([row], stamp, code=code, texts={"reason": reason.strip()})[0]


def _refuse_own(row: Fact, actor: Viewer, now: datetime) -> None:
    """What others record about somebody, others take back: as in recording."""
    kind = pack_in_force(on=day_of(now)).kinds.get(row.kind)
    person = row.subject.person
    if kind is None or not kind.by_others or person is None or person.user is None or actor.uuid != person.user.uuid:
        return
    words = _("“%(kind)s”不能由本人撤销，请由支部其他同志办理。") % {"kind": kind.title["zh"]}
    raise DomainError("own_matter", words, status=403)


def reverse_rows(rows: Sequence[Fact], stamp: Stamp, *, code: str, texts: dict[str, str]) -> list[UUID]:
    """Cancel facts that stand; refused as a whole when one of them was cancelled meanwhile."""
    _stop_standing([row.pk for row in rows])
    keys, _none = next_ids(len(rows), 0)
    nodes = {row.node_id for row in rows}
    entries = entries_for(nodes, now=stamp.now, many=len(rows) > MANY)
    tables = Tables()
    contents = [_reversal(row, key, code) for row, key in zip(rows, keys, strict=True)]
    for content in contents:
        tables.add("ledger_fact", fact_row(content, stamp, entries[content.node]))
        owner = Owner(content.id, content.uuid, None, None, content.node)
        add_words(tables, owner, texts, (), stamp, entries[content.node])
    tables.insert()
    tell([appended(content) for content in contents], stamp.now)
    return [content.uuid for content in contents]


def _stop_standing(keys: Sequence[int]) -> None:
    """The row that goes is the lock: of two who take back the same fact, one is refused."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_standingfact WHERE fact_id = ANY(%s)", [sorted(keys)])
        gone = cursor.rowcount
    if gone != len(keys):
        raise DomainError("already_reversed", _("这条记录已经撤销过，没有再次撤销。"), status=409)


def _reversal(row: Fact, key: int, code: str) -> FactContent:
    event = row.event.uuid if row.event else None
    like = NewFact(
        kind=row.kind,
        subject=row.subject.uuid,
        occurred_on=row.occurred_on,
        quantity=row.quantity,
        attributes=row.attributes,
        sequence=row.sequence,
    )
    return FactContent(
        id=key,
        uuid=new_uuid(),
        kind=row.kind,
        subject=row.subject_id,
        subject_uuid=row.subject.uuid,
        occurred_on=row.occurred_on,
        quantity=row.quantity,
        attributes=row.attributes,
        event=row.event_id,
        event_uuid=event,
        role=row.role,
        sequence=row.sequence,
        node=row.node_id,
        home=row.home_id,
        top=row.top_id,
        source="",
        key=content_key(like, row.subject.uuid, event, row.key),
        reverses=row.pk,
        reverses_uuid=row.uuid,
        reason_code=code,
    )
