"""Which column titles people use for what."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from linghang.apps.exchange.words import plain, without_brackets

_ROSTER: Mapping[str, str] = {
    "code": "编码 编号 党员编码 党员编号 人员编码 人员编号 工号 职工编号 员工编号 职工号 code",
    "name": "姓名 党员姓名 名字 党员 name",
    "organisation": """支部 党支部 所在支部 所在党支部 所属支部 所属党支部 支部名称 党支部名称 党组织 所在党组织
        所属党组织 党组织名称 所在党组织名称 branch organisation""",
    "type": "类型 党员类型 人员类型 政治面貌 人员类别 type",
    "class": "类别 党员类别 群体 人员分类 分类 免除类别 特殊情况 class",
    "from": """转入 转入日期 转入时间 转入支部日期 组织关系转入 组织关系转入日期 组织关系转入时间 起始日期
        在册起 在册开始 from""",
    "to": """转出 转出日期 转出时间 转出支部日期 组织关系转出 组织关系转出日期 组织关系转出时间 终止日期 在册止 在册结束
        to""",
    "exempt_from": """免除起 免除开始 免除起始 免除起日 免除开始日期 免除起始日期 免除期间起 免除期间开始 豁免起
        豁免开始 免考起 不作硬性要求起 免除自 免除期间自 exemptfrom""",
    "exempt_to": """免除止 免除结束 免除终止 免除止日 免除结束日期 免除终止日期 免除期间止 免除期间结束 豁免止 豁免结束
        免考止 不作硬性要求止 免除至 免除期间至 exemptto""",
}
_FACTS: Mapping[str, str] = {
    "code": _ROSTER["code"],
    "name": f"{_ROSTER['name']} 人员 人员姓名 参加人 对象",
    "organisation": _ROSTER["organisation"],
    "day": "日期 时间 发生日期 活动日期 会议日期 活动时间 会议时间 发生时间 记录日期 开展时间 day date",
    "kind": "事项 事项类别 记录类别 积分事项 积分项目 项目 事项名称 记录事项 kind",
    "quantity": "数量 时长 学时 小时 小时数 服务时长 学习时长 次数 件数 quantity",
    "points": "分值 评定分 评定分值 评定得分 得分 加分 积分 评分 points",
    "event": "活动 活动名称 会议 会议名称 活动会议 活动主题 会议主题 主题 活动编号 会议编号 event",
    "record": "记录号 记录编号 流水号 record",
    "reverses": "冲正 冲正记录 冲正记录号 冲销 撤销记录号 更正记录号 reverses",
}
_CLOSINGS: Mapping[str, str] = {
    "organisation": _ROSTER["organisation"],
    "month": "月份 关账月份 月 已关账月份 month",
}
_NOT_READ = (
    "序号",
    "备注",
    "说明",
    "内容",
    "地点",
    "记录人",
    "填报人",
    "电话",
    "联系电话",
    "应到",
    "实到",
    "主持人",
    "佐证",
    "证明材料",
)


class Titles:
    """Looks up a column title among the words of one kind of table."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._roles = {plain(word): role for role, known in words.items() for word in known.split()}

    def role(self, titles: Iterable[str]) -> str:
        """The role of a column from its words top to bottom: joined first, then the lowest; '' = none."""
        words = list(titles)
        for candidate in ("".join(words), *reversed(words)):
            role = self._roles.get(plain(candidate)) or self._roles.get(without_brackets(candidate))
            if role:
                return role
        return ""

    def guess(self, titles: Sequence[str], without: Collection[str]) -> str:
        """The role of the longest known word that a title ends with, else holds; '' = none. Not one of `without`."""
        for candidate in (titles[-1], "".join(titles)):
            text = without_brackets(candidate)
            held = [word for word in self._roles if len(word) > 1 and word in text]
            for found in ([word for word in held if text.endswith(word)], held):
                role = self._roles[max(found, key=len)] if found else ""
                if role and role not in without:
                    return role
        return ""

    def columns(self, titles: Mapping[int, tuple[str, ...]]) -> dict[str, int]:
        """Role → the first column of that role; a column of numbers (会议编号) goes before one of names (会议名称)."""
        found: dict[str, int] = {}
        for column, words in titles.items():
            role = self.role(words)
            if role and (role not in found or (_is_number(words) and not _is_number(titles[found[role]]))):
                found[role] = column
        return found


def _is_number(titles: tuple[str, ...]) -> bool:
    return titles[-1].strip().endswith(("编号", "编码", "号"))


ROSTER_TITLES = Titles(_ROSTER)
FACT_TITLES = Titles(_FACTS)
CLOSING_TITLES = Titles(_CLOSINGS)


def is_left_alone(titles: tuple[str, ...]) -> bool:
    """Whether the column is one that is never read: 序号, 备注 …"""
    return any(plain(word) in _NOT_READ or without_brackets(word) in _NOT_READ for word in titles)
