"""What must hold inside a kind of case: it can be opened and ended, and nobody closes his own matter (law 8)."""

from collections.abc import Mapping
from itertools import pairwise

from linghang.engine.packs.loop_model import DECLARED, KEEPERS, Ending, Level, LoopKind, LoopStep, Tally, Who
from linghang.engine.packs.model import Pack
from linghang.engine.packs.schema import near
from linghang.engine.problems import Problems

MEMBER = "member"


def check_loops(pack: Pack, own: Mapping[str, LoopKind], problems: Problems) -> None:
    """Every kind of the pack's own `loops.yaml`."""
    for kind in own.values():
        before = len(problems)
        _check_words(kind, problems)
        if len(problems) == before:
            _check_ways(kind, problems)
        _check_people(kind, problems)
        _check_escalation(kind, problems)
        _check_records(pack, kind, problems)
        if kind.confidence == "remembered":
            problems.add(
                kind.place,
                "remembered",
                "只凭记忆，没有见到出处",
                "按正式文本核对后改写 confidence",
                severity="warning",
            )


def _check_words(kind: LoopKind, problems: Problems) -> None:
    for step in kind.steps.values():
        for state in (*step.origins, step.to):
            if state not in kind.states:
                problems.add(step.place, "unknown-state", f"没有状态“{state}”", near(state, kind.states))


def _check_ways(kind: LoopKind, problems: Problems) -> None:
    """One opening step; every state can be reached, and from every state some ending can."""
    opening = [step for step in kind.steps.values() if not step.origins]
    if len(opening) != 1:
        words = f"“{kind.title['zh']}”应有一个没有 from 的步骤（发起），现在有 {len(opening)} 个"
        problems.add(kind.place, "loop-opening", words, "发起的步骤不写 from，其余的都写")
        return
    reached = _closure({opening[0].to}, [(o, s.to) for s in kind.steps.values() for o in s.origins])
    ended = {state.id for state in kind.states.values() if state.ends}
    finished = _closure(ended, [(s.to, o) for s in kind.steps.values() for o in s.origins])
    for state in kind.states.values():
        if state.id not in reached:
            problems.add(state.place, "unreachable-state", f"没有步骤通到“{state.title['zh']}”", "补上步骤，或删掉它")
        if state.id not in finished:
            problems.add(state.place, "dead-end", f"从“{state.title['zh']}”走不到终点", "补上通到终点的步骤")
        if not state.ends and state.waits_for is None:
            problems.add(state.place, "waits-for-nobody", f"“{state.title['zh']}”没有写等谁", "补上 waits_for")


def _closure(start: set[str], edges: list[tuple[str, str]]) -> set[str]:
    found, fresh = set(start), set(start)
    while fresh:
        fresh = {b for a, b in edges if a in fresh} - found
        found |= fresh
    return found


def _check_people(kind: LoopKind, problems: Problems) -> None:
    """Law 8: only the verifier ends a case well, and only steps that say so open it again."""
    if Who.REPORTER in kind.people.get("verifier", ()) and Who.REPORTER in kind.people.get("responsible", ()):
        problems.add(kind.place, "own-matter", "发起人办自己的事，不能又由他核验", "从 verifier 里去掉 reporter")
    for step in kind.steps.values():
        state = kind.states.get(step.to)
        if state and state.ends is Ending.SETTLED and set(step.who) != {Who.VERIFIER}:
            words = f"“{step.title['zh']}”办结事项，只能由核验人做"
            problems.add(step.place, "own-matter", words, "who 写成 [verifier]：办的人不能核验自己的事")
        _check_reopening(kind, step, problems)
    if kind.confidential and set(kind.readers) - set(KEEPERS):
        words = f"保密的事项只给{'、'.join(KEEPERS)}看"
        problems.add(kind.place, "confidential-readers", words, f"readers 只写 {'、'.join(KEEPERS)}")


def _check_reopening(kind: LoopKind, step: LoopStep, problems: Problems) -> None:
    ended = any(kind.states[o].ends for o in step.origins if o in kind.states)
    if ended and step.counts is not Tally.REOPENED:
        words = f"“{step.title['zh']}”从终点出发，却没有记为反复"
        problems.add(step.place, "reopening-not-counted", words, "加上 counts: reopened")


def _check_escalation(kind: LoopKind, problems: Problems) -> None:
    order = list(Level)
    for earlier, later in pairwise(kind.escalation):
        if order.index(later.level) <= order.index(earlier.level) or later.after <= earlier.after:
            words = "超期升级要从轻到重、从早到晚"
            problems.add(later.place, "escalation-order", words, f"按 {'、'.join(order)} 的次序，天数逐级增加")


def _check_records(pack: Pack, kind: LoopKind, problems: Problems) -> None:
    for name in kind.declares:
        declared = pack.kinds.get(name)
        if declared is None:
            problems.add(kind.place, "unknown-kind", f"没有“{name}”这种记录", near(name, pack.kinds))
        elif declared.subject != MEMBER:
            problems.add(kind.place, "not-declarable", f"“{name}”记的不是个人，不能由个人申报", "从 declares 里去掉")
    if any(step.emits == DECLARED for step in kind.steps.values()) != bool(kind.declares):
        words = "declares 和 emits: declared 要一起写：申报什么，哪一步记下来"
        problems.add(kind.place, "declares-nothing", words, "补上缺的一个")
