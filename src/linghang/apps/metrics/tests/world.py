"""An invented indicator, for tests of this room and of the permission matrix."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from linghang.apps.access.tests.world import LONG_AGO, NOW
from linghang.apps.metrics.data import NewIndicator, NewValue
from linghang.apps.metrics.operations import open_indicator, record_value
from linghang.apps.org.tests.world import Place
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


def make_indicator(place: Place, name: str = "处理矿量", **more) -> UUID:
    """A monthly indicator in tonnes with two decimals."""
    told = {
        "code": "", "unit": "吨", "span": "month", "decimals": 2, "direction": "up", "definition": "入磨干矿量",
        "source": "生产日报", "valid_from": LONG_AGO,
    }  # fmt: skip
    with system_scope(reason="test"):
        return open_indicator(new=NewIndicator(organisation=place.uuid, name=name, **told | more), actor=SYSTEM)


def give(indicator: UUID, first: date, value: str | None, as_of: date | None = None, **more) -> UUID:
    """A value, known on the last working day that the world has."""
    new = NewValue(first, None if value is None else Decimal(value), as_of or date(2026, 3, 2), "生产日报", **more)
    with system_scope(reason="test"):
        return record_value(indicator=indicator, new=new, actor=SYSTEM, now=NOW)
