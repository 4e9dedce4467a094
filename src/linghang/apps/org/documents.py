"""What the sheet of a branch and the agreement of a joint branch say, whatever they are printed to."""

from datetime import date

from linghang.apps.exchange.documents.blocks import Block, Document, Grid, Heading, Paragraph
from linghang.apps.org.data import TermLine
from linghang.apps.org.data.links import COLOURS, BranchCard, JointBranch

OPEN_NETWORK = "本系统为非涉密系统，严禁存储、处理、传输涉密信息。"


def sheet_of(card: BranchCard, term: TermLine | None, on: date) -> Document:
    """党支部基本情况表: what stands on the page of the branch, as of a day."""
    blocks: list[Block] = [
        Heading("一、基本情况"),
        Grid(("项目", "内容"), _basics(card, term)),
        Heading("二、班子成员"),
        Grid(("职务", "姓名"), [(officer.title, officer.name) for officer in card.officers] or [("—", "—")]),
    ]
    if card.composition is not None:
        blocks += [Heading("三、支部组成"), Grid(("组成", "现有", "状态"), _slots(card))]
    if card.coverages:
        blocks += [Heading("四、覆盖情况"), Grid(("项目", "已覆盖", "应覆盖", "算法"), _coverages(card))]
    if card.areas:
        blocks += [Heading("五、特色、责任区和岗位"), Grid(("类型", "名称", "负责人", "职责"), _areas(card))]
    note = f"数据截至{_day(on)}，由系统按登记的日期生成。{OPEN_NETWORK}"
    return Document(f"{card.name}基本情况表", blocks, dated=_day(on), signature=card.name, footnote=note)


def agreement_of(joint: JointBranch, today: date) -> Document:
    """联合党支部共建协议: parties, term, duties, members, places for signatures."""
    purpose = "、".join(joint.projects) or "共建任务"
    ends = f"至{_day(joint.closed_on)}" if joint.closed_on else "至共建项目结束"
    blocks: list[Block] = [
        Paragraph(
            f"为围绕{purpose}把党建工作和业务工作结合起来，经各方党组织协商，成立{joint.name}（{joint.kind_label}）。"
        ),
        Heading("一、共建各方"),
        Grid(("序号", "党组织（单位）"), [(str(n), home) for n, home in enumerate(joint.homes, 1)] or [("—", "—")]),
        Heading("二、期限"),
        Paragraph(f"自{_day(joint.founded_on)}起{ends}。共建项目结束，联合党支部同时结束。"),
        Heading("三、组织关系和管理"),
        Paragraph(
            "党员的组织关系留在原党支部，党费在原党支部交纳；联合党支部不发展党员，不作党纪处分，不进行换届选举。"
        ),
        Paragraph("党员参加联合党支部活动的情况，计入原党支部的参加情况。"),
        Heading("四、党员名单"),
        Grid(("姓名", "所在党组织（单位）", "担任职务"), [(n, home or "—", title) for n, home, title in joint.members]),
        Heading("五、各方签字（盖章）"),
        Grid(("党组织（单位）", "代表签字", "日期"), [(home, "", "") for home in joint.homes] or [("", "", "")]),
    ]
    return Document(f"{joint.name}共建协议", blocks, dated=_day(today), footnote=OPEN_NETWORK)


def _basics(card: BranchCard, term: TermLine | None) -> list[tuple[str, str]]:
    counts = "，".join(f"{label}{number}名" for label, number in card.standings)
    return [
        ("全称", card.name),
        ("简称", card.short_name or "—"),
        ("类型", card.kind_label),
        ("类别", card.category or "未分类"),
        ("上级党组织", card.parent_name or "—"),
        ("党员", f"{card.total}名" + (f"（{counts}；流动{card.away}名）" if card.total else "")),
        ("届次", _term(term)),
    ]


def _term(term: TermLine | None) -> str:
    if term is None or not term.number:
        return "未登记"
    return f"第{term.number}届，至{_day(term.ends_on)}" + (
        f"（延期：{term.extension_document}）" if term.extended else ""
    )


def _slots(card: BranchCard) -> list[tuple[str, str, str]]:
    rows = []
    for slot in card.composition.slots if card.composition else ():
        names = "、".join(end.name for end in slot.filled)
        state = (
            f"空缺，自{_day(slot.since)}" if slot.since else (str(COLOURS[slot.colour]) if slot.colour else "尚未统计")
        )
        rows.append((slot.title, names or "—", state))
    return rows


def _coverages(card: BranchCard) -> list[tuple[str, str, str, str]]:
    return [(line.title, str(line.covered), str(line.total), line.rule) for line in card.coverages]


def _areas(card: BranchCard) -> list[tuple[str, str, str, str]]:
    return [(area.kind_label, area.name, "、".join(area.holders) or "空缺", area.duties) for area in card.areas]


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"
