"""Because of which rule: the difference between two versions, change by change of the rules.

Each change is put alone into the old version and settled; what it moves for a subject is its share. What the changes do
only together is the rest, and is shown as such: two rules that meet in a limit do not add up. Shares and rest add up to
the difference, for every subject, by construction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from linghang.engine.facts import Fact, Stored
from linghang.engine.packs.model import Pack, Parameter, Scheme
from linghang.engine.periods import Month
from linghang.engine.roster import Member
from linghang.engine.settle.results import Settlement
from linghang.engine.settle.run import Request, settle

TOGETHER = "几处改动合在一起"
Change = Callable[[Pack], Pack]
WORDS = {"total_limits": "总分的上下限", "exempt_groups": "免评人员", "part_period": "不满整月怎么算"}


@dataclass(frozen=True)
class RuleChange:
    """One thing that the new version says differently: `kind` (item, category …), id, title, and how to put it in."""

    kind: str
    id: str
    title: str
    put: Change


@dataclass(frozen=True)
class Share:
    """What a change alone moves for a subject, in hundredths; a change None is what several do only together."""

    change: RuleChange | None
    points: int

    @property
    def title(self) -> str:
        return self.change.title if self.change else TOGETHER


@dataclass(frozen=True)
class Attributed:
    """One subject whose month's total is another one."""

    member: Member
    before: int | None
    after: int | None
    shares: tuple[Share, ...]

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


def rule_changes(old: Pack, new: Pack, scheme: str) -> list[RuleChange]:
    """What differs and can move points, in the order of the new version; what only words differ in is left out."""
    before, after = old.schemes[scheme], new.schemes[scheme]
    found = [*_nodes(before, after, scheme), *_parameters(old, new)]
    for name, words in WORDS.items():
        if getattr(before, name) != getattr(after, name):
            found.append(RuleChange(name, name, words, _field(scheme, name, getattr(after, name))))
    for name, words in (("kinds", "记录种类"), ("groups", "免评分组")):
        if getattr(old, name) != getattr(new, name):
            found.append(RuleChange(name, name, words, _of_pack(name, getattr(new, name))))
    return found


def attribute(
    request: Request, new: Pack, facts: Iterable[Fact] | Stored, *, engine: str = "duckdb"
) -> list[Attributed]:
    """Everybody whose total of the month differs between `request.pack` and `new`, the largest difference first.

    Costs a settlement for each change and two more.
    """
    known = facts if isinstance(facts, Stored) else list(facts)
    changes = rule_changes(request.pack, new, request.scheme)

    def totals(pack: Pack) -> Mapping[int, int | None]:
        return _totals(settle(replace(request, pack=pack), known, engine=engine))

    before, after = totals(request.pack), totals(new)
    base = replace(  # what only the new version knows is of no harm to the old one
        request.pack,
        parameters={**new.parameters, **request.pack.parameters},
        kinds={**new.kinds, **request.pack.kinds},
        groups={**new.groups, **request.pack.groups},
    )
    alone = [(change, moved) for change in changes if (moved := _alone(change, base, totals)) is not None]
    found = []
    for subject, member in enumerate(request.roster):
        then, now = before.get(subject), after.get(subject)
        if then != now:
            found.append(Attributed(member, then, now, tuple(_shares(subject, then, now, alone))))
    return sorted(found, key=lambda a: (-abs(a.difference), a.member.organisation, a.member.code))


def _alone(
    change: RuleChange, old: Pack, totals: Callable[[Pack], Mapping[int, int | None]]
) -> Mapping[int, int | None] | None:
    """The totals with one change; None where it means nothing without others: then it belongs to the rest."""
    try:
        return totals(change.put(old))
    except (KeyError, LookupError, ValueError):
        return None


def _shares(
    subject: int, then: int | None, now: int | None, alone: Sequence[tuple[RuleChange, Mapping[int, int | None]]]
) -> Iterator[Share]:
    rest = (now or 0) - (then or 0)
    for change, totals in alone:
        points = (totals.get(subject) or 0) - (then or 0)
        rest -= points
        if points:
            yield Share(change, points)
    if rest:
        yield Share(None, rest)


def _totals(settlement: Settlement) -> dict[int, int | None]:
    return {r["subject"]: r["counted"] for r in settlement.rows("months", month=settlement.period.index)}


# --- what differs -----------------------------------------------------------------------------------------------


def _nodes(before: Scheme, after: Scheme, scheme: str) -> Iterator[RuleChange]:
    """Items, categories, joint limits and effects that are new, gone or different."""
    for name, kind in (("items", "item"), ("categories", "category"), ("joints", "joint"), ("effects", "effect")):
        old = {node.id: node for node in getattr(before, name)}
        new = {node.id: node for node in getattr(after, name)}
        for identifier in dict.fromkeys([*new, *old]):
            was, now = old.get(identifier), new.get(identifier)
            if _said(was) != _said(now):
                title = (new | old if now is None else new)[identifier].title["zh"]
                words = f"新增 {title}" if was is None else f"删去 {title}" if now is None else title
                yield RuleChange(kind, identifier, words, _node(scheme, name, identifier, now))


def _said(node: Any) -> Any:
    """What a node says beside words: its fields without title and clause."""
    if node is None:
        return None
    return [getattr(node, f.name) for f in fields(node) if f.compare and f.name not in ("title", "clause")]


def _parameters(old: Pack, new: Pack) -> Iterator[RuleChange]:
    for identifier, parameter in new.parameters.items():
        was = old.parameters.get(identifier)
        if was is not None and _numbers(was) != _numbers(parameter):
            yield RuleChange("parameter", identifier, parameter.title["zh"], _parameter(identifier, parameter))


def _node(scheme: str, name: str, identifier: str, node: Any) -> Change:
    def put(pack: Pack) -> Pack:
        nodes = getattr(pack.schemes[scheme], name)
        there = any(n.id == identifier for n in nodes)
        kept = [node if n.id == identifier else n for n in nodes] if there else [*nodes, node]
        return _field(scheme, name, tuple(n for n in kept if n is not None))(pack)

    return put


def _numbers(parameter: Parameter) -> list[tuple[Month, int]]:
    return [(value.since, value.value) for value in parameter.values]


def _parameter(identifier: str, parameter: Parameter) -> Change:
    return lambda pack: replace(pack, parameters={**pack.parameters, identifier: parameter})


def _field(scheme: str, name: str, value: Any) -> Change:
    def put(pack: Pack) -> Pack:
        return replace(pack, schemes={**pack.schemes, scheme: replace(pack.schemes[scheme], **{name: value})})

    return put


def _of_pack(name: str, value: Any) -> Change:
    return lambda pack: replace(pack, **{name: value})
