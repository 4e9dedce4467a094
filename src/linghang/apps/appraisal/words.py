"""Words of this room for values that are stored as codes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

STATES: Mapping[str, Promise] = {
    "complete": _("可定稿"),
    "provisional": _("暂算"),
    "exempt": _("免评"),
}
STATE_RULES: Mapping[str, Promise] = {
    "complete": _("所在支部已关账，该算的都已算上"),
    "provisional": _("所在支部还没有关账，缺席、缺项的扣分尚不能确定"),
    "exempt": _("本月没有一天在评分范围内"),
}
STATE_BADGES: Mapping[str, str] = {"complete": "good", "provisional": "warn", "exempt": ""}
BAND_STATES: Mapping[str, Promise] = {"graded": _("已定"), "expected": _("预计"), "not_graded": _("不评")}


def state_words(state: str) -> Promise:
    return STATES[state]


def band_words(band: str) -> Promise | str:
    return band or _("不评")


def title_in_language(titles: Mapping[str, str]) -> str:
    """A pack's title in the language of the page; packs always have Chinese."""
    return titles.get((get_language() or "zh")[:2], titles["zh"])


# what a sheet is taken for, and what a column can mean there
TAKEN: Mapping[str, Promise] = {
    "roster": _("花名册"),
    "long": _("明细：一行一条记录"),
    "wide": _("横表：一人一行，一列一事项"),
    "event": _("活动：一行一次活动"),
    "closings": _("关账"),
    "": _("不读"),
}
COLUMN_ROLES: Mapping[str, Promise] = {
    "code": _("编码"),
    "name": _("姓名"),
    "organisation": _("支部"),
    "type": _("类型"),
    "class": _("类别"),
    "from": _("转入"),
    "to": _("转出"),
    "exempt_from": _("免除起"),
    "exempt_to": _("免除止"),
    "day": _("日期"),
    "kind": _("事项"),
    "quantity": _("数量"),
    "points": _("分值"),
    "event": _("活动"),
    "record": _("记录号"),
    "reverses": _("冲正"),
    "month": _("月份"),
}
CELL_MEANINGS: Mapping[str, Promise] = {
    "次数": _("次数：几次"),
    "数量": _("数量：多少"),
    "分值": _("分值：评定的分"),
    "标记": _("标记：√、缺等"),
}
