"""What a sheet is taken for, and what a column can mean there."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
