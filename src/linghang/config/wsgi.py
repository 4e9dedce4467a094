"""The WSGI application that the supervisor serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve, reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
application = get_wsgi_application()


def warm_up() -> None:
    """Read every address with its pages and permissions, and what every unit goes by; or the first visitors would wait
    a second for it. Asks no database."""
    from linghang.apps.org.packs import is_own  # needs the app registry
    from linghang.ui.navigation import main_menu
    from linghang.ui.web.memory import keep_what_stands

    resolve("/")
    for entry in main_menu:  # makes the tables by which links of each room are written
        reverse(entry.url_name)
    is_own("")
    keep_what_stands()


warm_up()
