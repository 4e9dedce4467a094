"""The example packs are in force at every demo unit: proposed by its officer, confirmed by a leader.

Who sees whose points is chosen there, too: 企业 or 机关事业.
"""

from datetime import datetime, timedelta

from linghang.apps.appraisal.data.presets import PresetCode
from linghang.apps.appraisal.operations.packs import bind, confirm_binding, install_shipped
from linghang.apps.appraisal.operations.presets import set_preset
from linghang.apps.appraisal.queries.packs import shipped_version
from linghang.demo.content import Unit
from linghang.demo.crowd import Crowd
from linghang.demo.places import Places
from linghang.demo.records import MORNING
from linghang.engine.periods import Month

JANUARY = Month(2026, 1)  # the first month for which the example packs have numbers
SCHEMES = (("example-4x-points", "member-points"), ("example-star-branch", "branch-stars"))
GROUND = "职工代表大会联席会议审议通过（演示·虚构）"


def put_into_force(unit: Unit, places: Places, crowd: Crowd, *, now: datetime, since: Month = JANUARY) -> None:
    """Bind both schemes to the unit's top from a month on, inside the scope of the caller."""
    install_shipped(now=now)
    top, code = places.nodes[unit.top.code], unit.code.lower()
    officer, leader = crowd.accounts[f"{code}-officer"], crowd.accounts[f"{code}-leader"]
    proposed, confirmed = _before(since, 10), _before(since, 8)
    ground = GROUND if unit.preset == PresetCode.ENTERPRISE else ""
    set_preset(node=top, preset=unit.preset, since=since.first, ground=ground, actor=officer, now=proposed)
    for pack, scheme in SCHEMES:
        made = bind(node=top, version=shipped_version(pack), scheme=scheme, since=since, actor=officer, now=proposed)
        confirm_binding(binding=made.uuid, actor=leader, now=confirmed)


def _before(month: Month, days: int) -> datetime:
    """So many days before a month begins."""
    return datetime.combine(month.first - timedelta(days=days), MORNING)
