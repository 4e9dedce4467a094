"""Who may import. Which kinds each of these posts may import is said by the kind; what is seen later, by the post."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

POSTS = ("system_admin", "officer", "secretary", "organiser", "confirmer", "personnel")
IMPORTERS = dict.fromkeys(POSTS, Reach.SUBTREE)

# the working days of a country are the same for all units of an installation; officers may look
CALENDAR_READERS = {"system_admin": Reach.SUBTREE, "officer": Reach.SUBTREE}
CALENDAR_KEEPERS = {"system_admin": Reach.SUBTREE}

RULES = (
    Rule("exchange:workdays", _("工作日表"), roles=CALENDAR_READERS, writes=CALENDAR_KEEPERS),
    Rule("exchange:workdays-end", _("停用工作日表"), roles=CALENDAR_KEEPERS),
    Rule("exchange:list", _("导入"), roles=IMPORTERS, reads=True),
    Rule("exchange:begin", _("导入自己的表"), roles=IMPORTERS),
    Rule("exchange:template", _("导入模板"), roles=IMPORTERS),
    Rule("exchange:import", _("一次导入"), roles=IMPORTERS, reads=True),
    Rule("exchange:columns", _("导入：列对应"), roles=IMPORTERS, reads=True),
    Rule("exchange:preview", _("导入：预览"), roles=IMPORTERS, reads=True),
    Rule("exchange:problems", _("导入：导出问题"), roles=IMPORTERS, reads=True),
    Rule("exchange:effects", _("导入：导出结果"), roles=IMPORTERS, reads=True),
    Rule("exchange:recheck", _("导入：改正单元格"), roles=IMPORTERS),
    Rule("exchange:confirm", _("导入：确认写入"), roles=IMPORTERS),
    Rule("exchange:undo", _("撤销导入"), roles=IMPORTERS),
    Rule("exchange:discard", _("丢弃导入"), roles=IMPORTERS),
)
