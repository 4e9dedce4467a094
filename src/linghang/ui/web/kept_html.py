"""Parts of pages that say the same to many people: put into HTML once in a process, by what they say.

    kept_html("ui/parts/header.html", menus=menus, anew={"name": viewer.name})

The template sees nothing but what is named here. Whatever stands in `anew` is of one request: its place in the HTML is
kept, its value never. What stands beside it is compared each time, so that a part changes at once with what it shows.
"""

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MARK = "\x1f"
MARKED = re.compile(f"{MARK}([a-z_]+){MARK}")


def kept_html(template: str, *, anew: Mapping[str, Any] | None = None, **same: Hashable) -> SafeString:
    """The template with these values, in the language of the request."""
    values = anew or {}
    where = (get_language(), get_script_prefix(), staticfiles_storage.__class__)
    pieces = _pieces(template, where, tuple(values), tuple(same.items()))
    filled = (conditional_escape(values[piece]) if n % 2 else piece for n, piece in enumerate(pieces))
    return SafeString("".join(filled))


@lru_cache(maxsize=512)
def _pieces(
    template: str, _where: tuple[Hashable, ...], anew: tuple[str, ...], same: tuple[tuple[str, Hashable], ...]
) -> list[str]:
    """The HTML, cut where a name of `anew` stands: text, name, text, name, …, text."""
    marks = {name: SafeString(f"{MARK}{name}{MARK}") for name in anew}
    html = render_to_string(template, {**dict(same), **marks})
    return MARKED.split(html)
