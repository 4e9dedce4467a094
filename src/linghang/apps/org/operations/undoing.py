"""Taking back what an import did to people: what nothing refers to is voided or restored, the rest is named."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.org.data import Effect, Undone, person_references
from linghang.apps.org.models import (
    ContactCheck,
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
from linghang.apps.org.operations.lives import DAY, Deeds
from linghang.apps.org.operations.spans import keep_in_step
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

TABLES: dict[str, type[Model]] = {
    model._meta.model_name or "": model
    for model in (Person, Standing, PersonClass, Membership, Post, Term, Transfer, Mobility)
}
DATES = ("valid_from", "valid_to", "ends_on", "extended_to", "received_on", "cancelled_on")


def undo_effects(*, effects: Sequence[Effect], actor: Viewer, now: datetime) -> Undone:
    """Take effects back, the last one first. A person stays with all his rows while anything refers to him."""
    with writing(actor, "undo_effects"):
        deeds = Deeds(actor, now)
        kept_people, rows = _in_use(effects), _rows(effects)
        judged = [(effect, rows.get((effect.table, effect.uuid))) for effect in reversed(effects)]
        reasons = {id(effect): _why_not(effect, row, kept_people) for effect, row in judged}
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


def _rows(effects: Sequence[Effect]) -> dict[tuple[str, UUID], Model]:
    """The rows by table and uuid, with one statement a table; rows voided by their own effect are found as well."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for effect in effects:
        wanted[effect.table].add(effect.uuid)
    found: dict[tuple[str, UUID], Model] = {}
    for table, uuids in wanted.items():
        model = TABLES[table]
        rows = model._base_manager.filter(uuid__in=uuids)
        rows = rows if model in (Person, Term) else rows.select_related("person")
        found |= {(table, row.uuid): row for row in rows}  # type: ignore[attr-defined]  # every table here has one
    return found


def _in_use(effects: Sequence[Effect]) -> dict[UUID, str]:
    made = {effect.uuid for effect in effects if effect.table == "person" and effect.action == "created"}
    own = {effect.uuid for effect in effects}
    return person_references.of(made) | _rows_since(made, own)


def _rows_since(made: set[UUID], own: set[UUID]) -> dict[UUID, str]:
    """People about whom something was recorded after the import."""
    words = _("导入之后又有了新的登记")
    found: dict[UUID, str] = {}
    for model in (Membership, Post, Standing, PersonClass, Transfer, Mobility):
        rows = model._base_manager.filter(person__uuid__in=made, voided_at__isnull=True).exclude(uuid__in=own)
        found |= dict.fromkeys(rows.values_list("person__uuid", flat=True), words)
    checks = ContactCheck._base_manager.filter(person__uuid__in=made)
    return found | dict.fromkeys(checks.values_list("person__uuid", flat=True), words)


def _why_not(effect: Effect, row: Model | None, kept_people: dict[UUID, str]) -> str:
    if row is None:
        return _("已不存在")
    person = row if isinstance(row, Person) else getattr(row, "person", None)
    if effect.action == "created" and person is not None and person.uuid in kept_people:
        return kept_people[person.uuid]
    return ""


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
    if not isinstance(row, Term):
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
