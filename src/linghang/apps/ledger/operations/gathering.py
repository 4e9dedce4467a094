"""Recording an occasion with everybody in it, and taking a whole event back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.gathering import Gathering
from linghang.apps.ledger.data.occasions import Occasion, occasions
from linghang.apps.ledger.data.records import NewEvent, NewFact, Recorded
from linghang.apps.ledger.models import Event, Fact
from linghang.apps.ledger.operations.recording import account_key, record
from linghang.apps.ledger.operations.reversing import reverse_rows
from linghang.apps.ledger.operations.rows import Stamp
from linghang.apps.ledger.queries.pages_people import strangers
from linghang.apps.ledger.queries.pages_words import kinds_on, said
from linghang.apps.org.queries import get_organisation
from linghang.engine.points import UNIT
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

UNDO_MINUTES = 30
SHORTEST_REASON = 4


def record_gathering(*, gathering: Gathering, actor: Viewer, now: datetime) -> Recorded:
    """Record one occasion of an organisation inside the open scope: its own record and one of each person.

    The people are those who belonged to it on that day; of a joint or temporary branch also those whose 组织关系 is
    elsewhere, whose records then count to their home branch. Refused when the same occasion of that day and number
    stands already.
    """
    occasion = occasion_named(gathering.occasion, now)
    with writing(actor, "record_gathering"):
        place = get_organisation(gathering.organisation)
        _refuse_strangers(gathering)
        _refuse_twice(gathering, occasion, place.node_id, place.name)
        node = place.node.uuid
        event = NewEvent(
            occasion.id,
            gathering.day,
            node=node,
            number=gathering.number,
            texts=gathering.texts,
            evidence=gathering.evidence,
            uuid=gathering.uuid,
        )
        items = [replace(item, node=node) for item in _items(gathering, occasion)]
        if not items:
            raise DomainError("nobody", _("没有选择参加的人，也没有可记在组织名下的内容，没有录入。"))
        with system_scope(reason="whoever records for an organisation records for all who belonged to it that day"):
            return record(items=items, actor=actor, now=now, event=event)


def record_one(*, gathering: Gathering, sequence: int, actor: Viewer, now: datetime) -> Recorded:
    """Record one thing of one subject, a person of the organisation or the organisation itself, without an event.

    `sequence` counts from 0, where the same happened several times on that day.
    """
    occasion = occasion_named(gathering.occasion, now)
    with writing(actor, "record_one"):
        place = get_organisation(gathering.organisation)
        _refuse_strangers(gathering)
        items = [
            replace(item, node=place.node.uuid, sequence=sequence, evidence=gathering.evidence, texts=gathering.texts)
            for item in _items(gathering, occasion)
        ]
        if len(items) != 1:
            raise DomainError("nobody", _("请选择记在谁的名下。"), field="person")
        with system_scope(reason="whoever records for an organisation records for all who belonged to it that day"):
            return record(items=items, actor=actor, now=now)


def occasion_named(name: str, now: datetime) -> Occasion:
    """An occasion of the pack in force; refuses what it does not know."""
    found = occasions(kinds_on(day_of(now))).get(name)
    if found is None:
        raise DomainError("unknown_occasion", _("没有这种记录。请从录入页重新选择种类。"), status=404)
    return found


def _items(gathering: Gathering, occasion: Occasion) -> Iterator[NewFact]:
    if occasion.host is not None and (occasion.member is None or gathering.people):
        count = len(gathering.people) * UNIT if occasion.counts_people else UNIT
        yield NewFact(
            occasion.host.id,
            gathering.organisation,
            gathering.day,
            quantity=count if occasion.member else gathering.quantity,
            attributes={**occasion.host_fixed, **gathering.host_attributes},
        )
    if occasion.member is not None:
        for one in gathering.people:
            yield NewFact(
                occasion.member.id,
                one.person,
                gathering.day,
                quantity=gathering.quantity,
                attributes={**occasion.fixed, **gathering.attributes, **one.attributes},
            )


def _refuse_strangers(gathering: Gathering) -> None:
    if strangers((one.person for one in gathering.people), gathering.organisation, on=gathering.day):
        words = _("名单里有人当天不在这个组织的名册上，没有录入。请更新名单后再选。")
        raise DomainError("not_on_roster", words, field="day")


def _refuse_twice(gathering: Gathering, occasion: Occasion, node: int, name: str) -> None:
    """One occasion of a day is recorded once; two secretaries at the same moment wait for each other."""
    key = f"{occasion.id}:{node}:{gathering.day.isoformat()}:{gathering.number}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    same = Event.objects.filter(
        kind=occasion.id, node_id=node, occurred_on=gathering.day, number=gathering.number
    ).filter(facts__standing__isnull=False)
    found = Event.objects.filter(uuid=gathering.uuid).first() or same.select_related("recorded_by").first()
    if found is None:
        return
    values = {
        "place": name,
        "day": gathering.day.isoformat(),
        "what": said(occasion.title),
        "who": found.recorded_by.display_name if found.recorded_by else _("系统"),
    }
    words = _("“%(place)s”%(day)s的“%(what)s”已由%(who)s录入，没有重复录入。确是当天又一次的，请填写活动编号加以区分。")
    raise DomainError("already_recorded", words % values, status=409, field="number")


def undo_event(*, event: UUID, reason: str, actor: Viewer, now: datetime) -> int:
    """Cancel every standing record of one event inside the open scope; returns how many they were.

    Within `UNDO_MINUTES` of his own recording nobody is asked why: he saw his slip at once.
    """
    with writing(actor, "undo_event"):
        row = Event.objects.select_related("recorded_by").filter(uuid=event).first()
        if row is None:
            raise not_found()
        mine = row.recorded_by is not None and row.recorded_by.uuid == actor.uuid
        fresh = mine and now - row.recorded_at <= timedelta(minutes=UNDO_MINUTES)
        words = reason.strip() or (_("录入后随即撤回") if fresh else "")
        if len(words) < SHORTEST_REASON:
            raise DomainError("reason_needed", _("撤销记录须写明原因，至少四个字。"), field="reason")
        facts = list(
            Fact.objects.select_related("subject", "event").filter(event=row, standing__isnull=False).order_by("pk")
        )
        if not facts:
            raise DomainError("already_reversed", _("这次活动的记录已经全部撤销。"), status=409)
        stamp = Stamp(now, account_key(actor.uuid))
        return len(reverse_rows(facts, stamp, code="withdrawn", texts={"reason": words}))
