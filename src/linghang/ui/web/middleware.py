"""The clock is read and refusals are worded in one place each."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linghang.ui.web import clock
from linghang.ui.web.errors import DomainError, refusal_response
from linghang.ui.web.viewer import NOBODY

Handler = Callable[[HttpRequest], HttpResponse]


class PlumbingMiddleware:
    """Puts `now`, `today` and an empty viewer on the request, and answers refusals that a view raised."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        instant = clock.now()
        vars(request).update(now=instant, today=clock.day_of(instant), viewer=NOBODY)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal_response(request, error) if isinstance(error, DomainError) else None
