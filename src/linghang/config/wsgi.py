"""The WSGI application that the supervisor serves."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection
from django.template.loader import get_template
from django.urls import resolve, reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")

# the pages that most people open, or that somebody waits for: compiled before the first one asks
FIRST_PAGES = (
    "access/sign_in.html",
    "appraisal/books/board.html",
    "appraisal/books/book.html",
    "appraisal/statements/statement.html",
    "ledger/fact.html",
    "ledger/list.html",
    "ledger/record.html",
    "portal/home.html",
)
ASIDE = 1.0  # seconds in which the first page is answered before more is loaded
TURN = 0.001  # seconds that a thread may compute while another one waits for its turn; Python's own number is 0.005


class Application:
    """Django's own. With the first request of somebody who has signed in it begins to load what many pages need.

    Not earlier: an installation that nobody uses would hold twice the memory.
    """

    def __init__(self, django: Callable[..., Iterable[bytes]]) -> None:
        self.django, self.warm = django, False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self.warm and settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
            self.warm = True
            Thread(target=warm_up_further, name="warm-up", daemon=True).start()
        return self.django(environ, start_response)


def warm_up() -> None:
    """Read every address with its pages and permissions, and what every unit goes by; or the first visitors would wait
    a second for it. Asks no database."""
    from linghang.apps.org.packs import is_own  # needs the app registry
    from linghang.ui.navigation import main_menu
    from linghang.ui.web.memory import keep_what_stands

    resolve("/")
    for entry in main_menu:  # makes the tables by which links of each room are written
        reverse(entry.url_name)
    for name in FIRST_PAGES:
        get_template(name)
    is_own("")
    keep_what_stands()
    sys.setswitchinterval(TURN)  # a recording asks the database ten times, and after each answer waits for its turn


def warm_up_further() -> None:
    """What takes a quarter of a second each, and the processor all along: how names sound (every record that is
    written is found by it), what makes a statement's lines, the rules in force. The page that is asked for is first."""
    from linghang.apps.appraisal.queries.reading_ahead import read_ahead
    from linghang.apps.org.search.data import Sound
    from linghang.apps.org.search.spoken import sounds_of
    from linghang.ui.web.clock import today
    from linghang.ui.web.memory import keep_what_stands

    time.sleep(ASIDE)
    sounds_of("领航", Sound.NAME)
    import_module("linghang.engine.settle.plainly.reference")
    with suppress(DatabaseError):  # a page that needs them says what is wrong
        read_ahead(today())
    connection.close()
    keep_what_stands()


application = Application(get_wsgi_application())
warm_up()
