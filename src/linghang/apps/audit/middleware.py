"""Writes the read log when the answer is ready. If it cannot be written, the answer is not given."""

from django.http import HttpResponse

from linghang.apps.audit.operations import record_reading
from linghang.ui.web.middleware import Handler
from linghang.ui.web.reads import reading_of
from linghang.ui.web.request import Request

FIRST_REDIRECT = 300


class ReadLogMiddleware:
    """One row per request whose permission row says `reads`, or that noted a person.

    Refusals leave none, nor do redirects and the progress of a job, which show nothing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        rule = getattr(request, "rule", None)
        if rule is None or response.status_code >= 400 or not request.viewer.signed_in:
            return response
        reading = reading_of(request)
        shows = response.status_code < FIRST_REDIRECT and not reading.progress_only
        if reading.persons or (rule.reads and shows):
            record_reading(viewer=request.viewer, rule=rule, scope=request.scope, reading=reading, now=request.now)
        return response
