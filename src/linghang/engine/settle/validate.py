"""Facts held against a plan before they count: what a settlement would have to guess about is refused here."""

from collections.abc import Iterable

from linghang.engine.facts import Fact
from linghang.engine.packs.model import FactKind
from linghang.engine.periods import Month
from linghang.engine.points import format_points, format_quantity
from linghang.engine.problems import Problems
from linghang.engine.rules.plan import Plan


def check_facts(plan: Plan, facts: Iterable[Fact]) -> tuple[list[Fact], Problems]:
    """The facts that can be settled, and a problem for every other one: unknown kind or value, quantity or award out of
    range. Facts outside the plan's months pass; they are not looked at.
    """
    good, problems = [], Problems()
    for fact in facts:
        before = len(problems)
        kind = plan.pack.kinds.get(fact.kind)
        if kind is None:
            problems.add(fact.source, "unknown-kind", f"方案包里没有“{fact.kind}”这种记录")
        else:
            _check_content(fact, kind, problems)
            _check_award(plan, fact, problems)
        if len(problems) == before:
            good.append(fact)
    return good, problems


def _check_content(fact: Fact, kind: FactKind, problems: Problems) -> None:
    for name, attribute in kind.attributes.items():
        value = fact.attributes.get(name)
        title = attribute.title["zh"]
        if value is None and attribute.required:
            problems.add(fact.source, "missing-attribute", f"“{kind.title['zh']}”缺少“{title}”")
        elif value is not None and value not in attribute.values:
            words = "、".join(v["zh"] for v in attribute.values.values())
            problems.add(fact.source, "unknown-value", f"“{title}”没有“{value}”这个取值", f"可用：{words}")
    for name in sorted(set(fact.attributes) - set(kind.attributes)):
        problems.add(fact.source, "unknown-attribute", f"“{kind.title['zh']}”没有“{name}”这一项")
    if fact.quantity < kind.quantity_min or (kind.quantity_max is not None and fact.quantity > kind.quantity_max):
        most = "不限" if kind.quantity_max is None else format_quantity(kind.quantity_max)
        found = f"数量 {format_quantity(fact.quantity)}{kind.unit} 超出范围"
        problems.add(fact.source, "quantity-range", found, f"应在 {format_quantity(kind.quantity_min)} 至 {most} 之间")


def _check_award(plan: Plan, fact: Fact, problems: Problems) -> None:
    month = Month.of(fact.occurred_on)
    if not plan.months[0] <= month <= plan.months[-1]:
        return
    for match in plan.matches(fact.kind, fact.attributes, fact.quantity, month):
        price = match.price
        points = price.points(fact.quantity)
        if not price.accepts(points):
            low, high = format_points(price.low or 0), format_points(price.high or 0)
            item = plan.items[match.item]
            message = f"{item.title}评定 {format_points(points)} 分，不在 {low} 至 {high} 之间"
            problems.add(fact.source, "award-range", message, f"按{item.item.clause}在范围内评定，由评定人改正")
