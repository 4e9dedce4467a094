"""Spans of a year become the engine's roster, with the place to which each month of a subject belongs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from uuid import UUID

from linghang.apps.org.data.year import PlaceRow, YearSpan
from linghang.engine.periods import Month
from linghang.engine.roster import Balance, ClassChange, DateRange, Member

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rostered:
    """A subject of a settlement. `places` holds, by `Month.index`, the key of the place to which the month belongs.

    `closed_apart`: the months closed for somebody whose earlier place closed others than his present one.
    """

    member: Member
    person: int | None
    organisation: int | None
    places: Mapping[int, int]
    closed_apart: tuple[int, ...] | None = None

    def home(self, month: Month) -> int | None:
        """The place of the month, or of the last one before it: where what comes late is booked, too."""
        if month.index in self.places:
            return self.places[month.index]
        earlier = [index for index in self.places if index < month.index]
        return self.places[max(earlier)] if earlier else None


def people_of(
    spans: Iterable[YearSpan],
    *,
    months: Sequence[Month],
    first_months: Mapping[int, Month],
    exempt_classes: Collection[str],
    codes: Mapping[int, UUID],
) -> list[Rostered]:
    """Members from their spans, which come by person and day.

    `first_months` (place → month): from when on the scheme holds there; before, nothing is scored. `codes`: the uuids
    of the places.
    """
    found = []
    for _person, group in groupby(spans, key=lambda span: span.person):
        held = [clipped for span in group if (clipped := _clipped(span, months, first_months)) is not None]
        if held:
            found.append(_person_of(held, months, exempt_classes, codes))
    return found


def no_member(subject: UUID, person: int, places: Mapping[int, int], *, before: Month) -> Rostered:
    """Somebody whose months were settled at `places` and who was a member on no day from month `before` on."""
    never = DateRange(before.first - DAY, before.first - DAY)
    member = Member(code=str(subject), name="", organisation="", type="", member_class="", active=never)
    return Rostered(member, person, None, places)


def _clipped(span: YearSpan, months: Sequence[Month], first_months: Mapping[int, Month]) -> YearSpan | None:
    """The span from the day on which the scheme holds at its place; None where it never does."""
    start = first_months.get(span.branch)
    if start is None or start > months[-1]:
        return None
    since = span.since if start <= months[0] else max(span.since, start.first)
    if span.until is not None and span.until < since:
        return None
    return YearSpan(**{**vars(span), "since": since})


def _person_of(
    held: Sequence[YearSpan], months: Sequence[Month], exempt_classes: Collection[str], codes: Mapping[int, UUID]
) -> Rostered:
    last = months[-1].last
    first_class, changes = _classes(held, exempt_classes)
    places = {m.index: place for m in months if (place := _place(held, m)) is not None}
    known = [span for span in held if span.since <= last] or held
    now = known[-1]
    member = Member(
        code=str(now.person),
        name=now.name,
        organisation=str(codes[now.branch]) if now.branch in codes else "",
        type=now.standing,
        member_class=first_class,
        active=DateRange(held[0].since, held[-1].until),
        exempt=(*_gaps(held), *_exempt(held, exempt_classes)),
        class_changes=changes,
    )
    return Rostered(member, now.person_key, None, places)


def _place(held: Sequence[YearSpan], month: Month) -> int | None:
    """Where he was on the month's last day, else on his last day in it."""
    within = [s for s in held if s.since <= month.last and (s.until is None or s.until >= month.first)]
    return within[-1].branch if within else None


def _gaps(held: Sequence[YearSpan]) -> Iterable[DateRange]:
    """Days between two spans, on which he was no member anywhere here."""
    for one, after in pairwise(held):
        if one.until is not None and one.until + DAY < after.since:
            yield DateRange(one.until + DAY, after.since - DAY)


def _classes(held: Sequence[YearSpan], exempt_classes: Collection[str]) -> tuple[str, tuple[ClassChange, ...]]:
    """The first class and what changed since; who is in one class that is not scored is told as exempt, in none."""
    words = [span.person_class for span in held]
    if len(set(words)) == 1:
        return ("" if words[0] in exempt_classes else words[0]), ()
    return words[0], tuple(ClassChange(span.since, span.person_class) for span in held[1:])


def _exempt(held: Sequence[YearSpan], classes: Collection[str]) -> Iterable[DateRange]:
    return (DateRange(s.since, s.until) for s in held if s.person_class in classes)


def branches_of(
    places: Iterable[PlaceRow],
    *,
    months: Sequence[Month],
    homes: Mapping[int, PlaceRow],
    first_months: Mapping[int, Month],
) -> list[Rostered]:
    """Organisations as subjects; `homes` says at which organisation the book of each one is."""
    found = []
    for place in places:
        home = homes.get(place.key)
        start = first_months.get(home.key) if home else None
        if home is None or start is None or start > months[-1]:
            continue
        since = place.since if start <= months[0] else max(place.since, start.first)
        days = DateRange(since, place.until)
        last = min(place.until or months[-1].last, months[-1].last)
        words = [word for day, word in place.categories if day <= since] or [""]
        member = Member(
            code=str(place.uuid),
            name=place.name,
            organisation=str(home.uuid),
            type=place.kind,
            member_class=words[-1],
            active=days,
            class_changes=tuple(ClassChange(day, word) for day, word in place.categories if since < day <= last),
        )
        found.append(Rostered(member, None, place.key, {m.index: home.key for m in months if days.days_within(m)}))
    return found


def basis_of(one: Rostered, closed: Mapping[int, Collection[int]]) -> dict[str, object]:
    """The roster's row as the settlement read it, and the months that were closed for it; JSON values."""
    member = one.member
    return {
        "organisation": member.organisation,
        "name": member.name,
        "type": member.type,
        "class": member.member_class,
        **_changes(member),
        "active": _days(member.active),
        "exempt": [_days(r) for r in member.exempt],
        "closed": sorted(m for m, place in one.places.items() if m in closed.get(place, ())),
    } | _brought_said(member.brought)


def _brought_said(balance: Balance | None) -> dict[str, object]:
    """What last year left, where a scheme asks for it."""
    return {} if balance is None else {"brought": [[list(node) for node in balance.nodes], balance.source]}


def _brought(said: object) -> Balance | None:
    if not isinstance(said, list):
        return None
    nodes, source = said
    return Balance(tuple((str(node), int(counted), int(cut)) for node, counted, cut in nodes), str(source))


def member_of(code: str, basis: Mapping[str, object]) -> Member:
    """The roster's row of a statement's basis."""
    exempt, changes = basis["exempt"], basis.get("class_from", [])
    assert isinstance(exempt, list)
    assert isinstance(changes, list)
    return Member(
        code=code,
        name=str(basis["name"]),
        organisation=str(basis["organisation"]),
        type=str(basis["type"]),
        member_class=str(basis["class"]),
        active=_range(basis["active"]),
        exempt=tuple(_range(days) for days in exempt),
        brought=_brought(basis.get("brought")),
        class_changes=tuple(ClassChange(date.fromisoformat(day), word) for day, word in changes),
    )


def _changes(member: Member) -> dict[str, object]:
    """From when on another class; nothing where it never changes."""
    changes = [[change.since.isoformat(), change.member_class] for change in member.class_changes]
    return {"class_from": changes} if changes else {}


def _days(found: DateRange) -> list[str | None]:
    return [found.first.isoformat() if found.first else None, found.last.isoformat() if found.last else None]


def _range(days: object) -> DateRange:
    assert isinstance(days, list)
    first, last = (date.fromisoformat(day) if day else None for day in days)
    return DateRange(first, last)
