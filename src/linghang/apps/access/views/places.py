"""Names of organisations for a field in which they are found by typing."""

from dataclasses import asdict

from django.http import JsonResponse

from linghang.apps.access.data import pages_with_places
from linghang.apps.access.queries import places_like, scope_on_address
from linghang.ui.web.errors import not_found
from linghang.ui.web.picking import LONGEST
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope


def places(request: Request) -> JsonResponse:
    """What `?q=` may mean on the page `?page=`: no more than the reader sees on that page itself."""
    page = request.GET.get("page", "")
    scope = scope_on_address(request.viewer, page, on=request.today) if page in pages_with_places() else None
    if scope is None:
        raise not_found()
    with use_scope(scope):
        found = places_like(request.GET.get("q", "").strip()[:LONGEST], on=request.today)
    return JsonResponse(asdict(found))
