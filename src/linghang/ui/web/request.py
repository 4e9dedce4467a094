"""The request as views may rely on it: Django's, with what the middleware added."""

from datetime import date, datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from linghang.ui.web.routes import Rule
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer


class Request(HttpRequest):
    """`now` and `today` are read from the clock once per request; `rule` is the permission row that let it in."""

    htmx: HtmxDetails
    now: datetime
    today: date
    viewer: Viewer
    rule: Rule
    scope: Scope
