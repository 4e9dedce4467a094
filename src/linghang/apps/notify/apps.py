from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "linghang.apps.notify"
    label = "notify"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from linghang.apps.notify.panels import bell
        from linghang.ui.navigation import Entry, user_menu
        from linghang.ui.panels import Panel, header_panels

        header_panels.register(Panel("notify.bell", query=bell, template="notify/bell.html", order=10, kept=True))
        user_menu.register(Entry(_("消息"), "notify:list", icon="bell", order=20))
