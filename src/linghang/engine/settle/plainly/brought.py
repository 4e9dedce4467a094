"""How last year's points come over, in words."""

from linghang.engine.packs.mechanism_model import Take
from linghang.engine.points import UNIT, format_points, format_quantity
from linghang.engine.roster import Balance
from linghang.engine.rules.mechanisms import PlanBrought
from linghang.engine.rules.plan import Plan


def brought_words(plan: Plan, brings: PlanBrought, balance: Balance) -> str:
    """'2025年总分 312.00 分，超过 100.00 分的部分，50%，至多 20.00 分；见…'."""
    told, year = brings.told, plan.months[0].year - 1
    counted, cut = (format_points(points) for points in balance.of(told.of))
    node = next((c.title for c in plan.categories if c.id == told.of), "总分")
    said = [f"{year}年{node}被限额截掉 {cut} 分" if told.take is Take.CUT else f"{year}年{node} {counted} 分"]
    if brings.above:
        said.append(f"超过 {format_points(brings.above)} 分的部分")
    if told.share != UNIT:
        said.append(f"{format_quantity(told.share * 100)}%")
    if brings.at_most is not None:
        said.append(f"至多 {format_points(brings.at_most)} 分")
    return "，".join(said) + (f"；见{balance.source}" if balance.source else "")
