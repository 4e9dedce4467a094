from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "linghang.apps.audit"
    label = "audit"

    def ready(self) -> None:
        from linghang.ui.navigation import Entry, main_menu, user_menu
        from linghang.ui.web.routes import may_see

        main_menu.register(Entry(_("访问记录"), "audit:reads", icon="eye", order=85, visible=may_see("inspector")))
        user_menu.register(Entry(_("谁看过"), "audit:mine", icon="eye", order=20))
