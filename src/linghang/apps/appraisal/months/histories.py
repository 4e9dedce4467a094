"""By which rules each subject's earlier months were settled: whoever moves between places takes his months along."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from linghang.apps.appraisal.months.asked import Inputs, Rules
from linghang.apps.appraisal.months.roster import Rostered
from linghang.engine.periods import Month
from linghang.engine.rules.plan import compile_plan
from linghang.engine.settle.affected import Reach, read_together

Held = Mapping[tuple[int, int], int]  # (place, month) → key of the version by which the place settled the month
Segments = tuple[tuple[int, int], ...]  # (version, its last month), in order; the present one left out


def histories(
    subjects: Iterable[Rostered], held: Held, *, month: Month, now: int
) -> tuple[Segments, Mapping[str, Segments]]:
    """The history of most subjects, and those of subjects some month of which went by other rules; `now`: the version
    by which `month` is settled."""
    known = {one.member.code: _versions(one, held, month) for one in subjects}
    found = {code: _segments(versions, now) for code, versions in known.items()}
    if not any(found.values()):
        return (), {}
    common = max(Counter(found.values()).items(), key=lambda one: (one[1], one[0]))[0]
    apart = {
        code: found[code]
        for code, versions in known.items()
        if any(_at(common, index, now) != version for index, version in versions.items())
    }
    return common, apart


def _versions(one: Rostered, held: Held, month: Month) -> dict[int, int]:
    """Month → version, of the subject's months before `month`."""
    pairs = ((index, held.get((place, index))) for index, place in sorted(one.places.items()))
    return {index: version for index, version in pairs if version is not None and index < month.index}


def _segments(versions: Mapping[int, int], now: int) -> Segments:
    found: list[tuple[int, int]] = []
    for index, version in versions.items():
        if found and found[-1][0] == version:
            found.pop()
        found.append((version, index))
    if found and found[-1][0] == now:
        found.pop()
    return tuple(found)


def _at(segments: Segments, index: int, now: int) -> int:
    return next((version for version, until in segments if index <= until), now)


@dataclass(frozen=True)
class Part:
    """Subjects whose months go by the same rules; `inputs` may hold others, too, against whom they are held."""

    inputs: Inputs
    codes: frozenset[str]


def parts_of(inputs: Inputs) -> Iterator[Part]:
    """One part for each history of rules: nearly always a single one. Each is one call of the engine."""
    if not inputs.apart:
        yield Part(inputs, frozenset(one.member.code for one in inputs.subjects))
        return
    alone = _how_far(inputs) is Reach.ALONE
    for rules, subjects in _by_rules(inputs):
        own = tuple(subjects) if alone else inputs.subjects
        codes = frozenset(one.member.code for one in subjects)
        yield Part(replace(inputs, subjects=own, earlier=rules, apart={}), codes)


def _how_far(inputs: Inputs) -> Reach:
    """Whether members are held against each other, by the rules of this month or of an earlier one."""
    rules = {
        (str(v), until.index): (pack, until) for r in (inputs.earlier, *inputs.apart.values()) for v, pack, until in r
    }
    earlier = (compile_plan(pack, inputs.scheme, until) for pack, until in rules.values())
    return read_together(compile_plan(inputs.pack, inputs.scheme, inputs.month), *earlier)


def _by_rules(inputs: Inputs) -> Sequence[tuple[Rules, list[Rostered]]]:
    found: dict[tuple[tuple[str, int], ...], tuple[Rules, list[Rostered]]] = {}
    for one in inputs.subjects:
        rules = inputs.apart.get(one.member.code, inputs.earlier)
        key = tuple((str(version), until.index) for version, _pack, until in rules)
        found.setdefault(key, (rules, []))[1].append(one)
    return [found[key] for key in sorted(found)]
