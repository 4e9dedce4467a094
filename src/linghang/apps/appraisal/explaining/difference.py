"""One sentence: why this month differs from the last. What it names adds up to the difference, to the hundredth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linghang.engine.periods import Month
from linghang.engine.points import format_points
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.explaining.words import line_words
from linghang.engine.settle.results import STATE_WORDS, Line, State

NAMED = 4  # causes that the sentence names; the others are summed up
NOTHING = frozenset({"无", "无事由", "—"})


@dataclass(frozen=True)
class Cause:
    """What happened more or less often, and what that changed."""

    words: str
    change: int


@dataclass(frozen=True)
class Side:
    """One of the two months that are compared: its total, and the lines under the rules of that time."""

    plan: Plan
    total: int | None
    lines: Sequence[Line]


def difference_sentence(period: Month, now: Side, before: Side | None) -> str:
    """'3月得 86.00 分，比2月少 5.50：党小组会缺席 −3.50，志愿服务少1次 −2.00。'"""
    total, last = now.total, before.total if before else None
    month = f"{period.month}月"
    if total is None:
        return f"{month}{STATE_WORDS[State.EXEMPT]}：本月没有一天在评分范围内。"
    said = f"{month}得 {format_points(total)} 分"
    if before is None or last is None:
        return f"{said}。"
    earlier = f"{(period + -1).month}月"
    if total == last:
        return f"{said}，和{earlier}相同。"
    more = "多" if total > last else "少"
    return f"{said}，比{earlier}{more} {format_points(abs(total - last))}：{_said(causes(now, before))}。"


def _said(found: Sequence[Cause]) -> str:
    named = [f"{cause.words} {format_points(cause.change, sign=True)}" for cause in found[:NAMED]]
    rest = found[NAMED:]
    if rest:
        change = format_points(sum(cause.change for cause in rest), sign=True)
        named.append(f"另有 {len(rest)} 项合计 {change}")
    return "，".join(named)


def causes(now: Side, before: Side) -> list[Cause]:
    """What changed, the largest first; the changes add up to the difference of what counted."""
    alone = _without_variants([now, before])
    here, then = _by_name(now, alone), _by_name(before, alone)
    found = [_cause(name, here.get(name, []), then.get(name, [])) for name in {**here, **then}]
    return sorted((c for c in found if c.change), key=lambda c: (-abs(c.change), c.words))


def _by_name(side: Side, alone: frozenset[str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in side.lines:
        name = title_of(side.plan, line) if line.item in alone else name_of(side.plan, line)
        found.setdefault(name, []).append(line)
    return found


def _without_variants(sides: Sequence[Side]) -> frozenset[str]:
    """Items that gave points in one way only: '志愿服务' says enough, without '（参加者）'."""
    names: dict[str, set[str]] = {}
    costly: set[str] = set()
    for side in sides:
        for line in side.lines:
            if line.fact is not None and line.item and not line.effect:
                names.setdefault(line.item, set()).add(name_of(side.plan, line))
                costly |= {line.item} if line.priced < 0 else set()
    return frozenset(item for item, found in names.items() if len(found) == 1 and item not in costly)


def _cause(name: str, now: list[Line], then: list[Line]) -> Cause:
    change = sum(x.counted for x in now) - sum(x.counted for x in then)
    count = _times(now) - _times(then)
    if not _is_counted(now or then):
        return Cause(name if now else f"没有再发生“{name}”", change)
    if not _times(then) and change < 0:  # something that costs points, and was not there before
        return Cause(name + (f"{count}次" if count > 1 else ""), change)
    if count:
        return Cause(f"{name}{'多' if count > 0 else '少'}{abs(count)}次", change)
    cut = sum(len(x.cuts) for x in now) != sum(len(x.cuts) for x in then)
    return Cause(f"{name}（受上限影响）" if cut else name, change)


def _times(lines: Iterable[Line]) -> int:
    """How many of the lines are records that are worth something."""
    return sum(1 for line in lines if line.fact is not None and line.priced)


def _is_counted(lines: Iterable[Line]) -> bool:
    return any(line.fact is not None for line in lines)


def name_of(plan: Plan, line: Line) -> str:
    """What happened, without how much of it: '党小组会缺席', '志愿服务', or what a line without a record says."""
    if line.fact is None or line.effect or not line.item:
        return line_words(plan, line)
    kind = plan.pack.kinds[line.fact.kind]
    title = title_of(plan, line)
    values = [kind.attributes[a].values[v]["zh"] for a, v in _told(plan, line) if a in kind.attributes]
    words = [value for value in values if value not in NOTHING]
    if not words:
        return title
    return "".join(words) if line.priced < 0 else f"{title}（{'、'.join(words)}）"


def title_of(plan: Plan, line: Line) -> str:
    return next(i.title for i in plan.items if i.id == line.item)


def _told(plan: Plan, line: Line) -> Iterable[tuple[str, str]]:
    """The attributes of the record in the order of its kind."""
    assert line.fact is not None
    order = list(plan.pack.kinds[line.fact.kind].attributes)
    return sorted(line.fact.attributes.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else 99)
