"""Business indicators of a demo unit: two years of months from one value to the other, with weather."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from linghang.apps.metrics import operations as metrics
from linghang.apps.metrics.data import NewIndicator, NewValue
from linghang.demo.content import Indicator, Unit
from linghang.demo.crowd import Crowd
from linghang.demo.places import Places
from linghang.demo.records import MORNING


def record_indicators(unit: Unit, places: Places, crowd: Crowd, *, seed: int, since: date, today: date) -> None:
    """Every indicator with the value of each month that is over; one month of each is missing, as in real tables."""
    recorder = crowd.accounts[f"{unit.code.lower()}-confirmer"]
    for one in unit.indicators:
        random = Random(f"{seed}/{one.code}")  # noqa: S311  the same seed gives the same series
        indicator = metrics.open_indicator(new=_new(one, unit, places, since), actor=recorder)
        months = _months(since, today)
        skipped = random.randrange(3, len(months) - 3)
        for number, month in enumerate(months):
            if number != skipped:
                value = _value(one, number / (len(months) - 1), random)
                known = datetime.combine(_next(month) + timedelta(days=4), MORNING)
                new = NewValue(first=month, value=value, as_of=_next(month) - timedelta(days=1), source=one.source)
                metrics.record_value(indicator=indicator, new=new, actor=recorder, now=known)


def _new(one: Indicator, unit: Unit, places: Places, since: date) -> NewIndicator:
    return NewIndicator(
        organisation=places.uuids[unit.top.code],
        code=one.code,
        name=one.name,
        unit=one.unit,
        span="month",
        decimals=one.decimals,
        direction=one.direction,
        definition=one.definition,
        source=one.source,
        valid_from=since,
    )


def _value(one: Indicator, share: float, random: Random) -> Decimal:
    """Most of the way is gone in the second half; a tenth of the way of noise. Written with the declared decimals."""
    way = one.end - one.start
    drawn = one.start + way * max(0.0, share * 1.6 - 0.6) + way * random.uniform(-0.1, 0.1)
    return Decimal(f"{drawn:.{one.decimals}f}")


def _months(since: date, today: date) -> list[date]:
    found = [since.replace(day=1)]
    while _next(_next(found[-1])) <= today:
        found.append(_next(found[-1]))
    return found


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
