"""What must hold inside kinds of links: known records, alerts that can light up, coverages that something can fill."""

from collections.abc import Mapping
from itertools import combinations

from linghang.engine.packs.link_model import ORGANISATIONS, PEOPLE, Coverage, LinkKind, Quota, Through, sides
from linghang.engine.packs.model import FactKind, Pack
from linghang.engine.packs.schema import near
from linghang.engine.periods import Span
from linghang.engine.problems import Place, Problems

# whose records a link may count: what stands at its left end → subjects of kinds of records
_SUBJECTS = {"member": ("member",), "person": ("member",)}


def check_links(pack: Pack, own: Mapping[str, LinkKind], coverages: Mapping[str, Coverage], problems: Problems) -> None:
    """Every kind of link and every coverage of the pack's own `links.yaml`."""
    for kind in own.values():
        if kind.quota is not None:
            _check_quota(pack, kind, kind.quota, problems)
        _check_alerts(kind, problems)
        if kind.slot is not None and kind.right != ("branch",):
            words = f"“{kind.title['zh']}”占支部的一格，右边只能是 branch"
            problems.add(kind.slot.place, "slot-not-branch", words, "right 写成 [branch]，或去掉 slot")
        _point_out_memory(kind.confidence, kind.place, problems)
    _check_slots(own, problems)
    for coverage in coverages.values():
        _check_coverage(pack, coverage, problems)
        _point_out_memory(coverage.confidence, coverage.place, problems)


def _check_quota(pack: Pack, kind: LinkKind, quota: Quota, problems: Problems) -> None:
    if (quota.per is None) == (quota.within_months is None):
        words = "次数要写明按什么时间算"
        problems.add(quota.place, "quota-span", words, "per 和 within_months 两项写一项，只写一项")
    counted = pack.kinds.get(quota.counts)
    if counted is None:
        words = f"没有“{quota.counts}”这种记录"
        problems.add(quota.place, "unknown-kind", words, near(quota.counts, pack.kinds))
    elif not _may_count(kind, counted):
        words = f"“{counted.title['zh']}”记的不是“{kind.title['zh']}”左边的对象，数不出来"
        problems.add(quota.place, "quota-subject", words, "换一种记录，或改 left")


def _may_count(kind: LinkKind, counted: FactKind) -> bool:
    return any(counted.subject in _SUBJECTS.get(end, (end,)) for end in kind.left)


def _check_alerts(kind: LinkKind, problems: Problems) -> None:
    for alert in kind.alerts:
        if kind.quota is None:
            words = f"“{kind.title['zh']}”没有次数要求，预警不会亮"
            problems.add(alert.place, "alert-without-quota", words, "补上 quota，或去掉 alerts")
        elif alert.by and kind.quota.per is not Span.YEAR:
            words = "预警的日期只用于按年的次数"
            problems.add(alert.place, "alert-day", words, "per 写 year，或去掉 by")
        elif alert.at_least > kind.quota.at_least:
            words = f"预警的次数 {alert.at_least} 多于要求的 {kind.quota.at_least}"
            problems.add(alert.place, "alert-above-quota", words, "改成不多于 quota 的 at_least")


def _check_slots(own: Mapping[str, LinkKind], problems: Problems) -> None:
    filling = [kind for kind in own.values() if kind.slot]
    for first, second in combinations(filling, 2):
        if first.slot and second.slot and first.slot.order == second.slot.order:
            words = f"“{first.title['zh']}”和“{second.title['zh']}”占同一格"
            problems.add(second.slot.place, "slot-taken", words, "order 写成不同的数")


def _check_coverage(pack: Pack, coverage: Coverage, problems: Problems) -> None:
    if coverage.through is Through.MEMBERSHIP:
        if coverage.by or coverage.of not in ORGANISATIONS:
            words = "按人员看覆盖的，of 是组织，不写 by"
            problems.add(coverage.place, "coverage-through", words, "改 of，去掉 by；或去掉 through")
    elif not coverage.by:
        words = f"“{coverage.title['zh']}”没有写由哪些联系来覆盖"
        problems.add(coverage.place, "coverage-by", words, "补上 by")
    if coverage.posts and coverage.of not in PEOPLE:
        problems.add(coverage.place, "coverage-posts", "只有人才担任职务", "of 写 member 或 person，或去掉 posts")
    for name in coverage.by:
        kind = pack.links.get(name)
        if kind is None:
            words = f"没有“{name}”这种联系"
            problems.add(coverage.place, "unknown-link", words, near(name, pack.links))
        elif not any(sides(kind, coverage.of)) and not _person_of(kind, coverage.of):
            words = f"“{kind.title['zh']}”的两边都没有 {coverage.of}，覆盖不到"
            problems.add(coverage.place, "coverage-end", words, "从 by 里去掉，或改 of")


def _person_of(kind: LinkKind, end: str) -> bool:
    """A link of anybody covers members, too."""
    return end in PEOPLE and any(word in PEOPLE for word in (*kind.left, *kind.right))


def _point_out_memory(confidence: str, place: Place, problems: Problems) -> None:
    if confidence == "remembered":
        problems.add(
            place, "remembered", "只凭记忆，没有见到出处", "按正式文本核对后改写 confidence", severity="warning"
        )
