"""A small pack, written out in Python: the kinds that the example scheme prices."""

from linghang.engine.packs.model import (
    Amount,
    Attribute,
    Category,
    Completeness,
    FactKind,
    Identity,
    Item,
    Judged,
    Pack,
    Row,
    Scheme,
)  # fmt: skip
from linghang.engine.points import UNIT

BY_CLOSING = Completeness.BY_CLOSING


def attribute(identifier: str, title: str, *values: str, ordered: bool = False, required: bool = True) -> Attribute:
    return Attribute(identifier, {"zh": title}, {f"v{i}": {"zh": v} for i, v in enumerate(values)}, ordered, required)


def kind(identifier: str, title: str, unit: str, *attributes: Attribute, **more: object) -> FactKind:
    return FactKind(identifier, {"zh": title}, "member", unit, {a.id: a for a in attributes}, **more)  # type: ignore[arg-type]


KINDS = [
    kind(
        "life.attendance", "参加组织生活", "次",
        attribute("meeting", "会议类型", "党员大会", "支委会", "党小组会", "党课", "主题党日", "组织生活会"),
        attribute("presence", "到会情况", "到会", "缺席", "迟到", "已补学"),
        attribute("reason", "事由", "无", "公差", "病假", "事假", "休假"),
        aliases=("组织生活", "三会一课", "到会"), complete=BY_CLOSING,
    ),
    kind("study.hours", "集中学习", "小时", attribute("form", "学习形式", "集中培训", "讲座", "线上课程"),
         aliases=("学习", "学习学时"), quantity_max=200 * UNIT),
    kind("dues.late", "党费逾期", "次", aliases=("党费", "党费逾期交纳")),
    kind("duty.task", "支部交办任务", "件", attribute("done", "完成情况", "按期完成", "逾期完成", "未完成"),
         aliases=("任务", "交办任务")),
    kind("duty.breach", "岗位违章", "次", attribute("level", "级别", "一般", "较重", "严重", ordered=True),
         aliases=("违章",)),
    kind("judged.pioneer-task", "急难险重任务", "分", quantity_max=1000 * UNIT),
    kind("service.volunteer", "志愿服务", "小时", attribute("role", "角色", "参加者", "组织者"),
         aliases=("志愿者活动",), quantity_max=24 * UNIT),
    kind("idea.adopted", "金点子采纳", "条", attribute("level", "采纳层级", "支部", "车间", "本单位", "上级单位"),
         aliases=("金点子",)),
    kind("honour.awarded", "获得表彰", "次", attribute("level", "表彰级别", "本单位级", "市级", "省级", ordered=True),
         aliases=("表彰", "荣誉")),
    kind("mentoring.session", "结对帮带", "小时", aliases=("帮带", "师带徒")),
]  # fmt: skip


def sample_pack() -> Pack:
    """The kinds above, and one judged item."""
    judged = Item(
        "pioneer", {"zh": "急难险重任务"}, "", "duty", ("judged.pioneer-task",),
        (Row((), Judged(Amount(100), Amount(500))),), {},
    )  # fmt: skip
    scheme = Scheme("s", {"zh": "积分"}, "member", (Category("duty", {"zh": "履职"}, {}),), (judged,), {}, (), ())
    identity = Identity("sample", "1.0.0", {"zh": "示例"}, invented=True)
    return Pack(identity, {k.id: k for k in KINDS}, {}, {}, {}, {"s": scheme}, "0" * 64, {})
