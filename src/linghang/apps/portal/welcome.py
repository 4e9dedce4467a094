"""What the front page offers to begin with, from rooms below that stand on their own; the rest is in the menu."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.panels import Action

ACTIONS = (
    Action(
        _("账号与职务"), _("建账号，登记职务，打印激活单"), "access:user-list", icon="users", order=40, offered=True
    ),
    Action(_("组织"), _("党组织和所属单位"), "org:list", icon="sitemap", order=38),
    Action(_("访问记录"), _("谁在什么时候看过什么"), "audit:reads", icon="eye", order=30, offered=True),
    Action(_("消息"), _("别人告诉您的和系统提醒您的"), "notify:list", icon="bell", order=65, offered=True),
    Action(_("我的任务"), _("导入、核算、导出的进度和结果"), "jobs:list", icon="hourglass", order=70),
    Action(_("谁看过我的资料"), _("别人每次打开您的资料都有记录"), "audit:mine", icon="history", order=80),
    Action(_("我的账号"), _("修改密码，启用动态口令"), "access:profile", icon="user-cog", order=90),
)
