from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "linghang.apps.jobs"
    label = "jobs"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from linghang.ui.navigation import Entry, user_menu

        user_menu.register(Entry(_("我的任务"), "jobs:list", icon="hourglass", order=30))
