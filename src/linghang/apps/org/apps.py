from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "linghang.apps.org"
    label = "org"

    def ready(self) -> None:
        from linghang.apps.org.duties import register_panels
        from linghang.apps.org.imports import register_imports
        from linghang.apps.org.permissions import READERS
        from linghang.apps.org.reminders import (
            abroad_reminders,
            contact_reminders,
            own_reminder,
            term_reminders,
            transfer_reminders,
        )
        from linghang.apps.org.search.kinds import register_kinds
        from linghang.apps.org.todos import gap_todos
        from linghang.apps.org.welcome import first_steps
        from linghang.ui.navigation import Entry, main_menu
        from linghang.ui.panels import todo_sources
        from linghang.ui.web.routes import may_see

        beyond_own = may_see(*(set(READERS) - {"member", "staff"}))  # they find their branch in their own file
        main_menu.register(Entry(_("组织"), "org:list", icon="sitemap", order=20, visible=beyond_own))
        todo_sources.register("org", first_steps)
        todo_sources.register("org.gaps", gap_todos)
        register_panels()
        todo_sources.register("org.terms", term_reminders)
        todo_sources.register("org.transfers", transfer_reminders)
        todo_sources.register("org.abroad", abroad_reminders)
        todo_sources.register("org.contacts", contact_reminders)
        todo_sources.register("org.own", own_reminder)
        main_menu.register(Entry(_("我的档案"), "org:me", icon="user", order=25, visible=may_see("member", "staff")))
        register_imports()
        register_kinds()
