"""What last year's final statements leave, for schemes that carry points over (上年结转)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Sum

from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.models import Adjustment, Book, Statement
from linghang.apps.appraisal.months.roster import Rostered
from linghang.engine.packs.mechanism_model import TOTAL
from linghang.engine.periods import Month
from linghang.engine.roster import Balance
from linghang.engine.rules.plan import Plan


@dataclass
class _Year:
    """Last year of one subject: node → [counted, cut]; where he was last, and whether everything is final."""

    nodes: dict[str, list[int]] = field(default_factory=dict)
    place: int = 0
    month: int = 0
    final: bool = True

    def add(self, node: str, counted: int, cut: int = 0) -> None:
        held = self.nodes.setdefault(node, [0, 0])
        held[0], held[1] = held[0] + counted, held[1] + cut

    @property
    def balance(self) -> Balance:
        """What floors gave back is nothing that was cut."""
        nodes = tuple((node, counted, max(0, cut)) for node, (counted, cut) in sorted(self.nodes.items()))
        return Balance(nodes, f"{Month.from_index(self.month).year}年积分单")


def with_balances(plan: Plan, subjects: tuple[Rostered, ...], *, going_on: Collection[int]) -> tuple[Rostered, ...]:
    """The subjects with what last year left them; not known while a month of it, or his December, is not final.

    Who was counted nowhere last year brings nothing. `going_on`: the places that have books this year. Where a plan
    carries nothing over, nobody is asked.
    """
    if not plan.brings or not subjects:
        return subjects
    first = plan.months[0].index - 12
    during = {"scheme": plan.scheme.id, "month__range": (first, first + 11)}
    years = _years(during, [UUID(one.member.code) for one in subjects])
    waiting, closed = _decembers(plan.scheme.id, first + 11, {year.place for year in years.values()})

    def known(year: _Year) -> bool:
        over = year.month == first + 11 or year.place in closed or year.place not in going_on
        return year.final and over and year.place not in waiting

    def brought(one: Rostered) -> Balance | None:
        year = years.get(UUID(one.member.code))
        return Balance() if year is None else year.balance if known(year) else None

    return tuple(replace(one, member=replace(one.member, brought=brought(one))) for one in subjects)


def _years(during: Mapping[str, object], subjects: list[UUID]) -> dict[UUID, _Year]:
    rows = Statement.objects.filter(**during, subject__in=subjects).order_by("month")
    columns = ("subject", "book__place_id", "month", "final", "priced", "counted", "categories")
    found: dict[UUID, _Year] = {}
    for subject, place, month, final, priced, counted, categories in rows.values_list(*columns):
        year = found.setdefault(subject, _Year())
        year.place, year.month, year.final = place, month, year.final and final
        if counted is not None:
            year.add(TOTAL, counted, (priced or 0) - counted)
        for category, (_base, worth, kept) in categories.items():
            year.add(category, kept, worth - kept)
    for subject, late in _late(during, subjects):
        if subject in found:
            found[subject].add(TOTAL, late)
    return found


def _late(during: Mapping[str, object], subjects: list[UUID]) -> Iterable[tuple[UUID, int]]:
    rows = Adjustment.objects.filter(**during, subject__in=subjects, final=True)
    return rows.values("subject").annotate(late=Sum("counted")).values_list("subject", "late")


def _decembers(scheme: str, month: int, places: Collection[int]) -> tuple[set[int], set[int]]:
    """The places whose December is not final, and those whose December is."""
    rows = Book.objects.filter(scheme=scheme, month=month, place_id__in=places).values_list("place_id", "state")
    waiting: set[int] = set()
    closed: set[int] = set()
    for place, state in rows:
        (closed if state in FINAL_STATES else waiting).add(place)
    return waiting, closed
