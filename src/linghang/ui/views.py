"""The components page: every part of the library with an example."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from linghang.ui.samples import SamplePlaces, samples


def components(request: HttpRequest) -> HttpResponse:
    """All components in one page, in the width of the window and on paper."""
    if request.GET.get("sample") == "places":  # what the box that finds by typing asks for
        found = SamplePlaces().meant(request.GET.get("q", ""))
        lines = [{"key": key, "label": label, "above": "北山矿业党委"} for key, label in found]
        return JsonResponse({"lines": lines, "more": False})
    return render(request, "ui/components.html", samples())
