from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "linghang.apps.access"
    label = "access"

    def ready(self) -> None:
        from linghang.apps.access.checks import check_permission_rows
        from linghang.apps.access.data import choose_places_on
        from linghang.apps.access.permissions import MANAGERS
        from linghang.apps.access.scope import scope_of_user
        from linghang.ui.navigation import Entry, main_menu, user_menu
        from linghang.ui.web.routes import may_see
        from linghang.ui.web.scope import register_opener

        register_opener(scope_of_user)
        choose_places_on("access:user-list", "access:user-create", "access:user-detail")
        checks.register(check_permission_rows)
        main_menu.register(Entry(_("账号"), "access:user-list", icon="users", order=80, visible=may_see(*MANAGERS)))
        user_menu.register(Entry(_("我的账号"), "access:profile", icon="user", order=10))
        user_menu.register(Entry(_("退出"), "access:sign-out", icon="logout", order=100, method="post"))
