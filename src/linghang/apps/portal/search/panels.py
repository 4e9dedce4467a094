"""The box in the header."""

from django.http import HttpRequest


def search_box(request: HttpRequest) -> str:
    """The words that stand in the box: those of the page of hits, else none."""
    match = request.resolver_match
    return request.GET.get("q", "").strip() if match is not None and match.view_name == "portal:search" else ""
