"""Who may open which address of this room. Values come from those who answer for the business."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

SHAPERS = {"officer": Reach.SUBTREE, "business_leader": Reach.SUBTREE}
GIVERS = SHAPERS | {"confirmer": Reach.SUBTREE}
READERS = GIVERS | {
    "leader": Reach.SUBTREE,
    "inspector": Reach.SUBTREE,
    "secretary": Reach.SUBTREE,
    "organiser": Reach.SUBTREE,
}

RULES = (
    Rule("metrics:list", _("指标"), roles=READERS, reads=True),
    Rule("metrics:export", _("导出指标"), roles=READERS, reads=True),
    Rule("metrics:indicator", _("指标详情"), roles=READERS, reads=True),
    Rule("metrics:series-export", _("导出指标数据"), roles=READERS, reads=True),
    Rule("metrics:create", _("新建指标"), roles=SHAPERS),
    Rule("metrics:edit", _("修改指标"), roles=SHAPERS),
    Rule("metrics:redefine", _("更换口径"), roles=SHAPERS),
    Rule("metrics:close", _("停用指标"), roles=SHAPERS),
    Rule("metrics:add", _("登记数据"), roles=GIVERS),
    Rule("metrics:replace", _("替换数据"), roles=GIVERS),
)
