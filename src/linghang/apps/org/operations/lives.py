"""How a dated row gives way to the next one; every change is noted so that an import can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.org.data import Effect
from linghang.apps.org.models import Person
from linghang.apps.org.models.dated import Dated
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer

D = TypeVar("D", bound=Dated)
DAY = timedelta(days=1)


@dataclass
class Deeds:
    """What one operation does: who and when, the people whose spans change, and the effects so far.

    `reshapes`: an organisation ends or is divided, and posts at it end whoever could end one of them alone.
    """

    actor: Viewer
    now: datetime
    reshapes: bool = False
    people: set[int] = field(default_factory=set)
    noted: list[tuple[Effect, Model]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return day_of(self.now)

    def created(self, row: Model, **more: Any) -> None:
        self._note(row, "created", more)

    def changed(self, row: Model, **before: Any) -> None:
        self._note(row, "changed", before)

    def _note(self, row: Model, action: str, before: dict[str, Any]) -> None:
        plain = {name: plain_value(value) for name, value in before.items()}
        effect = Effect(row._meta.model_name or "", row.uuid, action, plain)  # type: ignore[attr-defined]  # every table here has one
        self.noted.append((effect, row))

    def effects(self, since: int = 0) -> list[Effect]:
        """What was done, from the so-manieth deed on, each with what its row says now."""
        return [replace(effect, after=_left(effect, row)) for effect, row in self.noted[since:]]


def plain_value(value: Any) -> Any:
    """A column as it is kept with an effect."""
    return value.isoformat() if isinstance(value, date) else value


def _left(effect: Effect, row: Model) -> dict[str, Any]:
    names = [*effect.before] if effect.before else [name for name in ("valid_from", "valid_to") if hasattr(row, name)]
    return {name: plain_value(getattr(row, name)) for name in names if name != "voided_at"}


def held_person(uuid: UUID) -> Person:
    """The person inside the open scope, held until the end of the transaction: his life is written one by one."""
    row = people_held().select_related("user").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def people_held() -> QuerySet[Person]:
    """Rows of people that nobody else changes until the end of the transaction; in one order, so that none waits."""
    return Person.objects.select_for_update(of=("self",), no_key=True).order_by("pk")


def refuse_later(day: date, deeds: Deeds, name: str) -> None:
    """What changes who somebody belongs to is recorded when it has come, never in advance."""
    if day > deeds.today:
        raise DomainError("day_to_come", _("日期晚于今天。到那一天再登记。"), field=name)


def end(row: Dated, last_day: date, deeds: Deeds) -> None:
    """Set the last day; one that lies before the first day is refused."""
    if last_day < row.valid_from:
        words = _("最后一天早于开始的一天（%(day)s），请核对。") % {"day": row.valid_from.isoformat()}
        raise DomainError("dates_crossed", words, field="last_day")
    deeds.changed(row, valid_to=row.valid_to)
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    grant = getattr(row, "grant_id", None)
    if grant is not None:
        access.close_posts(posts=[grant], last_day=last_day, actor=deeds.actor)


def take_over(rows: QuerySet[D], day: date, same: Callable[[D], bool], deeds: Deeds) -> tuple[bool, date | None]:
    """Make room from `day` on among rows of which one holds a day.

    Returns whether nothing is to be written, because it says so already, and up to which day the new row may go.
    """
    ordered = list(rows.order_by("valid_from"))
    here = next((row for row in ordered if row.valid_from <= day <= (row.valid_to or date.max)), None)
    later = next((row for row in ordered if row.valid_from > day), None)
    if here is not None and same(here):
        return True, None
    if here is None:
        return False, later.valid_from - DAY if later else None
    until = here.valid_to
    if here.valid_from == day:
        void(here, deeds)
    else:
        end(here, day - DAY, deeds)
    return False, until


def void(row: Dated, deeds: Deeds) -> None:
    """Take a row back that is replaced on the very day on which it began, or whose import is undone."""
    deeds.changed(row, voided_at=None)
    row.voided_at = deeds.now
    row.save(update_fields=["voided_at"])
    grant = getattr(row, "grant_id", None)
    if grant is not None:
        access.close_posts(posts=[grant], last_day=min(row.valid_from, deeds.today) - DAY, actor=deeds.actor)
