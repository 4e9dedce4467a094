from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "linghang.apps.notify"
    label = "notify"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from linghang.ui.navigation import Entry, user_menu

        user_menu.register(Entry(_("消息"), "notify:list", icon="bell", order=20))
