"""State diagrams (Mermaid) of kinds of cases, drawn from the same table that the program goes by."""

from collections.abc import Iterable

from linghang.engine.packs.loop_model import LoopKind, LoopStep

HEAD = """# 事项的状态

本页由 `packs/national/loops.yaml` 生成，一项测试核对两者一致；改了方案包后运行
`python -m linghang.engine.packs.loop_diagram packs/national > docs/reference/loop-states.md`。
各项怎么写，见[方案包的写法](pack-format.md)。
"""
PEOPLE = {
    "reporter": "发起人",
    "responsible": "责任人",
    "tracker": "跟踪人",
    "verifier": "核验人",
    "superior": "上级",
    "officer": "党务干部",
}


def diagram(kind: LoopKind) -> str:
    """One kind as a Mermaid state diagram; states carry their Chinese titles."""
    numbers = {state: f"s{n}" for n, state in enumerate(kind.states)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{state.title["zh"]}" as {numbers[state.id]}' for state in kind.states.values()]
    for step in kind.steps.values():
        for origin in step.origins or ("",):
            lines.append(f"    {numbers.get(origin, '[*]')} --> {numbers[step.to]}: {_words(step)}")
    lines += [f"    {numbers[state.id]} --> [*]" for state in kind.states.values() if state.ends]
    return "\n".join(lines)


def page(kinds: Iterable[LoopKind]) -> str:
    """The whole page of reference."""
    parts = [HEAD]
    for kind in kinds:
        parts.append(f"## {kind.title['zh']}（`{kind.id}`）\n\n```mermaid\n{diagram(kind)}\n```\n")
    return "\n".join(parts)


def _words(step: LoopStep) -> str:
    who = "、".join(PEOPLE[w] for w in step.who)
    term = f"，其后{step.term.working_days}个工作日" if step.term else ""
    return f"{step.title['zh']}（{who}{term}）"


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from linghang.engine.packs.load import load_pack

    found, _ = load_pack(Path(sys.argv[1]))
    sys.stdout.write(page(found.loops.values()) if found else "")
