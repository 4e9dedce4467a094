from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "linghang.apps.portal"
    label = "portal"

    def ready(self) -> None:
        from linghang.apps.access.data import ROLES
        from linghang.apps.exchange.data import register_role_words, register_starter
        from linghang.apps.jobs.operations import on_finished
        from linghang.apps.portal.search.panels import search_box
        from linghang.apps.portal.welcome import ACTIONS
        from linghang.apps.portal.wiring import note_broken_step, start_step, tell_starter
        from linghang.ui.navigation import Entry, demo_menu, main_menu
        from linghang.ui.panels import Panel, header_panels, home_actions

        main_menu.register(Entry(_("工作台"), "portal:home", icon="home", order=10))
        demo_menu.register(Entry(_("三分钟看懂"), "portal:demo", icon="eye", order=10, visible=lambda _request: True))
        demo_menu.register(Entry(_("换一天"), "portal:demo-day", icon="calendar-event"))
        box = "portal/search/box.html"
        header_panels.register(Panel("portal.search", query=search_box, template=box, order=1, kept=True))
        for action in ACTIONS:
            home_actions.register(action)
        on_finished(tell_starter)
        on_finished(note_broken_step)
        register_starter(start_step)
        register_role_words({role: info.label for role, info in ROLES.items()})
