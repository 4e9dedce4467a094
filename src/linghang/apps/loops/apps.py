from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopsConfig(AppConfig):
    name = "linghang.apps.loops"
    label = "loops"

    def ready(self) -> None:
        from linghang.apps.ledger.data.files import on_sweep
        from linghang.apps.loops import operations  # noqa: F401  what happens together with a step registers there
        from linghang.apps.loops.panels import todos
        from linghang.apps.loops.queries import files_named
        from linghang.ui.navigation import Entry, main_menu
        from linghang.ui.panels import Action, home_actions, todo_sources

        on_sweep("loops", files_named)
        main_menu.register(Entry(_("台账"), "loops:list", icon="clipboard-list", order=50))
        todo_sources.register("loops", todos)
        home_actions.register(
            Action(_("申报"), _("志愿服务、任务、学习，支部确认后记入"), "loops:declare", "plus", order=20)
        )
        home_actions.register(
            Action(_("反映问题"), _("有人办、有人核验，看得到进展"), "loops:report", "clipboard-list", order=30)
        )
