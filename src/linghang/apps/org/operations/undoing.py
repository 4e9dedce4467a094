"""Taking back what an import did to people: what nothing refers to is voided or restored, the rest is named."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.org.data import Effect, Undone, person_references
from linghang.apps.org.models import (
    ContactCheck,
    Link,
    Membership,
    Mobility,
    Person,
    PersonClass,
    Post,
    Standing,
    Term,
    Transfer,
)
from linghang.apps.org.operations.finding import forget_people, index_people, words_of
from linghang.apps.org.operations.lives import DAY, Deeds, plain_value
from linghang.apps.org.operations.spans import keep_in_step
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

TABLES: dict[str, type[Model]] = {
    model._meta.model_name or "": model
    for model in (Person, Standing, PersonClass, Membership, Post, Term, Transfer, Mobility, Link)
}
OF_NOBODY = (Term, Link)  # rows that are no part of one person's life
DATES = ("valid_from", "valid_to", "ends_on", "extended_to", "received_on", "cancelled_on")


def undo_effects(*, effects: Sequence[Effect], actor: Viewer, now: datetime) -> Undone:
    """Take effects back, the last one first. A person stays with all his rows while anything refers to him.

    So does a person whose rows somebody changed since, or who is out of the open scope by now.
    """
    with writing(actor, "undo_effects"):
        try:
            with transaction.atomic():
                return _undo(effects, actor, now)
        except IntegrityError:  # newer rows hold the days of older ones: then each person by himself
            return _undo_one_by_one(effects, actor, now)


def _undo(effects: Sequence[Effect], actor: Viewer, now: datetime) -> Undone:
    deeds = Deeds(actor, now)
    rows = _rows(effects)
    judged = [(effect, rows.get((effect.table, effect.uuid))) for effect in reversed(effects)]
    stay = _in_use(effects, rows) | _not_as_left(judged)
    reasons = {id(effect): _why_not(row, stay) for effect, row in judged}
    free = [(effect, row) for effect, row in judged if row is not None and not reasons[id(effect)]]
    made = [row for effect, row in free if effect.action == "created"]
    _void(made, deeds)
    gone = {id(row) for row in made}
    for effect, row in free:
        if id(row) not in gone:
            _restore(effect, row, deeds)
    _close(deeds, [row for row in made if isinstance(row, Person)])
    kept = tuple((effect, reasons[id(effect)]) for effect, _row in judged if reasons[id(effect)])
    return Undone(tuple(effect for effect, _row in free), kept)


def _undo_one_by_one(effects: Sequence[Effect], actor: Viewer, now: datetime) -> Undone:
    rows = _rows(effects)
    of_person: dict[Any, list[Effect]] = defaultdict(list)
    for effect in effects:
        of_person[_owner(rows.get((effect.table, effect.uuid)))].append(effect)
    voided: list[Effect] = []
    kept: list[tuple[Effect, str]] = []
    for his in reversed(of_person.values()):
        try:
            with transaction.atomic():
                undone = _undo(his, actor, now)
        except IntegrityError:
            kept += [(effect, _("导入之后又有了新的登记")) for effect in his]
        else:
            voided += undone.voided
            kept += undone.kept
    return Undone(tuple(voided), tuple(kept))


def _owner(row: Any) -> UUID | None:
    """Whose life a row belongs to; a row of no person is its own."""
    if row is None:
        return None
    uuid: UUID = (row if isinstance(row, Person) else getattr(row, "person", row)).uuid
    return uuid


def _not_as_left(judged: Sequence[tuple[Effect, Any]]) -> dict[UUID, str]:
    """People, and rows of nobody, that somebody changed since, or that the open scope does not reach any more."""
    found: dict[UUID, str] = {}
    seen: set[int] = set()
    here = _in_sight([row for _effect, row in judged if row is not None])
    for effect, row in judged:
        owner = _owner(row)
        if owner is None or id(row) in seen:
            continue
        seen.add(id(row))  # what was done last to a row says how it was left
        if any(plain_value(getattr(row, name)) != value for name, value in effect.after.items()):
            found[owner] = _("导入之后又改过")
        elif id(row) not in here:
            found[owner] = _("已不在您的范围内")
    return found


def _in_sight(rows: Sequence[Any]) -> set[int]:
    """Rows inside the open scope, and those that were taken back, which no scope shows."""
    by_table: dict[type[Model], list[Any]] = defaultdict(list)
    for row in rows:
        by_table[type(row)].append(row)
    found: set[int] = set()
    for model, some in by_table.items():
        keys = set(model._default_manager.filter(pk__in=[row.pk for row in some]).values_list("pk", flat=True))
        found |= {id(row) for row in some if row.pk in keys or row.voided_at is not None}
    return found


def _rows(effects: Sequence[Effect]) -> dict[tuple[str, UUID], Model]:
    """The rows by table and uuid, with one statement a table; rows voided by their own effect are found as well."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for effect in effects:
        wanted[effect.table].add(effect.uuid)
    found: dict[tuple[str, UUID], Model] = {}
    for table, uuids in wanted.items():
        model = TABLES[table]
        rows: Any = model._base_manager.filter(uuid__in=uuids)
        found |= {(table, row.uuid): row for row in rows}
    _name_people(found.values())
    return found


def _name_people(rows: Collection[Any]) -> None:
    """Give every row its person; reading him beside each of his rows takes longer."""
    people = {row.pk: row for row in rows if isinstance(row, Person)}
    his = [row for row in rows if not isinstance(row, (Person, *OF_NOBODY))]
    people |= Person._base_manager.in_bulk({row.person_id for row in his} - people.keys())
    for row in his:
        row.person = people[row.person_id]


def _in_use(effects: Sequence[Effect], rows: Mapping[tuple[str, UUID], Any]) -> dict[UUID, str]:
    made = {effect.uuid for effect in effects if effect.table == "person" and effect.action == "created"}
    people = {row.pk: uuid for uuid in made if (row := rows.get(("person", uuid))) is not None}
    return person_references.of(made) | _rows_since(people, {effect.uuid for effect in effects})


def _rows_since(made: Mapping[int, UUID], own: set[UUID]) -> dict[UUID, str]:
    """People, by their keys, about whom something was recorded after the import."""
    since: set[int] = set()
    for model in (Membership, Post, Standing, PersonClass, Transfer, Mobility):
        rows = model._base_manager.filter(person__in=made, voided_at__isnull=True)
        since.update(person for person, uuid in rows.values_list("person_id", "uuid") if uuid not in own)
    since.update(ContactCheck._base_manager.filter(person__in=made).values_list("person_id", flat=True))
    return dict.fromkeys((made[key] for key in since), _("导入之后又有了新的登记"))


def _why_not(row: Model | None, stay: dict[UUID, str]) -> str:
    owner = _owner(row)
    return stay.get(owner, "") if owner is not None else _("已不存在")


def _void(made: Sequence[Any], deeds: Deeds) -> None:
    """Rows that the import made never were; what they opened is closed."""
    by_table: dict[type[Model], list[Any]] = defaultdict(list)
    for row in made:
        by_table[type(row)].append(row)
        _touched(row, deeds)
    for model, rows in by_table.items():
        model._base_manager.filter(pk__in=[row.pk for row in rows]).update(voided_at=deeds.now)
        grants = [row.grant_id for row in rows if getattr(row, "grant_id", None) is not None]
        if grants:
            access.close_posts(posts=grants, last_day=deeds.today - DAY, actor=deeds.actor)


def _touched(row: Any, deeds: Deeds) -> None:
    if not isinstance(row, OF_NOBODY):
        deeds.people.add(row.pk if isinstance(row, Person) else row.person_id)


def _restore(effect: Effect, row: Any, deeds: Deeds) -> None:
    for name, value in effect.before.items():
        setattr(row, name, date.fromisoformat(value) if name in DATES and value else value)
    names = list(effect.before)
    if isinstance(row, Person):
        row.search_text = words_of(row)
        names.append("search_text")
    row.save(update_fields=names)
    _touched(row, deeds)
    if "valid_to" in effect.before or "voided_at" in effect.before:
        _reopen(row, deeds)


def _reopen(row: Any, deeds: Deeds) -> None:
    """A membership that goes on again opens its role again, from today."""
    if getattr(row, "grant_id", None) is None or (row.valid_to is not None and row.valid_to < deeds.today):
        return
    row.grant_id = access.reopen_post(post=row.grant_id, valid_to=row.valid_to, actor=deeds.actor, now=deeds.now)
    row.save(update_fields=["grant"])


def _close(deeds: Deeds, gone: Sequence[Person]) -> None:
    keep_in_step(deeds.people, actor=deeds.actor)
    left = {person.pk for person in gone}
    forget_people(left)
    index_people(deeds.people - left)
