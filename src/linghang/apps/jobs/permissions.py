"""Who may open which address of this room: everybody, for the jobs that he started himself."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("jobs:list", _("我的任务"), roles={EVERYONE: Reach.SELF}),
    Rule("jobs:job", _("任务详情"), roles={EVERYONE: Reach.SELF}),
    Rule("jobs:cancel", _("取消任务"), roles={EVERYONE: Reach.SELF}),
    Rule("jobs:file", _("任务结果文件"), roles={EVERYONE: Reach.SELF}, reads=True),
)
