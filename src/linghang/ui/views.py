"""The components page: every part of the library with an example."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linghang.ui.samples import samples


def components(request: HttpRequest) -> HttpResponse:
    """All components in one page, in the width of the window and on paper."""
    return render(request, "ui/components.html", samples())
