from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "linghang.apps.exchange"
    label = "exchange"

    def ready(self) -> None:
        from linghang.apps.exchange.permissions import POSTS
        from linghang.ui.navigation import Entry, main_menu
        from linghang.ui.panels import Action, home_actions
        from linghang.ui.web.routes import may_see

        note = _("上传您自己的花名册和各种表：先看清会改什么，再确认，可以整批撤销")
        home_actions.register(Action(_("导入"), note, "exchange:list", icon="table-import", order=20))
        main_menu.register(
            Entry(_("工作日表"), "exchange:workdays", icon="calendar", order=90, visible=may_see("system_admin"))
        )
        main_menu.register(Entry(_("导入"), "exchange:list", icon="table-import", order=70, visible=may_see(*POSTS)))
