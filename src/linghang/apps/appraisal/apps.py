from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    name = "linghang.apps.appraisal"
    label = "appraisal"

    def ready(self) -> None:
        from linghang.ui.navigation import Entry, main_menu
        from linghang.ui.panels import Action, home_actions

        note = _("用花名册和记录表算一遍积分，不写入业务数据")
        home_actions.register(Action(_("试算"), note, "appraisal:trial", icon="calculator", order=10, offered=True))
        main_menu.register(Entry(_("试算"), "appraisal:trial", icon="calculator", order=60))
