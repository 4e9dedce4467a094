"""A condition said again as the line that means it, in the words of the records: rule texts show it, and it parses."""

from collections.abc import Sequence

from linghang.engine.packs.condition_model import AllOf, AnyOf, Condition, Not
from linghang.engine.packs.model import KIND, QUANTITY, Attribute, Comparison, FactKind, Test
from linghang.engine.points import format_quantity


def condition_line(condition: Condition, kinds: Sequence[FactKind]) -> str:
    """'角色 = “组织者” 且 数量 ≥ 2': the titles of the kinds' lists, brackets only where they are needed."""
    match condition:
        case AllOf((Test() as low, _)) if _is_exactly(condition):
            return f"数量 = {format_quantity(low.bound)}"
        case AllOf(parts):
            return " 且 ".join(_inner(part, kinds) for part in parts)
        case AnyOf(parts):
            return " 或 ".join(_inner(part, kinds) for part in parts)
        case Not(part):
            return f"非（{condition_line(part, kinds)}）"
        case _:
            return _test(condition, kinds)


def _inner(part: Condition, kinds: Sequence[FactKind]) -> str:
    said = condition_line(part, kinds)
    return f"（{said}）" if isinstance(part, AllOf | AnyOf) and not _is_exactly(part) else said


def _is_exactly(condition: Condition) -> bool:
    """Whether it is the pair of bounds that “数量 =” means."""
    match condition:
        case AllOf((Test() as low, Test() as high)) if low.attribute == high.attribute == QUANTITY:
            sides = (low.comparison, high.comparison)
            return sides == (Comparison.AT_LEAST, Comparison.BELOW) and high.bound == low.bound + 1
    return False


def _test(test: Test, kinds: Sequence[FactKind]) -> str:
    if test.attribute == QUANTITY:
        return _bound(test)
    if test.attribute == KIND:
        return _listed("事项", {k.id: k.title["zh"] for k in kinds}, test)
    having = [k.attributes[test.attribute] for k in kinds if test.attribute in k.attributes]
    titles = {value: title["zh"] for a in having for value, title in a.values.items()}
    name = having[0].title["zh"] if having else test.attribute
    return _compared(name, having, titles, test) or _listed(name, titles, test)


def _bound(test: Test) -> str:
    """Bounds one ten-thousandth above a plain number were written as > or ≤ of that number."""
    beyond = test.bound % 10 == 1
    signs = ("> ", "≤ ") if beyond else ("≥ ", "< ")
    sign = signs[0] if test.comparison is Comparison.AT_LEAST else signs[1]
    return f"数量 {sign}{format_quantity(test.bound - beyond)}"


def _compared(name: str, having: Sequence[Attribute], titles: dict[str, str], test: Test) -> str:
    """The upper or lower end of one ordered list is said as such."""
    order = list(having[0].values) if len({tuple(a.values) for a in having}) == 1 and having[0].ordered else []
    count = len(test.values)
    if test.comparison is not Comparison.ONE_OF or not 1 < count < len(order):
        return ""
    if tuple(order[-count:]) == test.values:
        return f"{name} ≥ {_quoted(titles[order[-count]])}"
    return f"{name} ≤ {_quoted(titles[order[count - 1]])}" if tuple(order[:count]) == test.values else ""


def _listed(name: str, titles: dict[str, str], test: Test) -> str:
    words = [_quoted(titles.get(value, value)) for value in test.values]
    is_in = test.comparison is Comparison.ONE_OF
    if len(words) == 1:
        return f"{name} {'=' if is_in else '≠'} {words[0]}"
    return f"{name} {'属于' if is_in else '不属于'} 【{'，'.join(words)}】"


def _quoted(word: str) -> str:
    return f"「{word}」" if any(mark in word for mark in '“”"') else f"“{word}”"
