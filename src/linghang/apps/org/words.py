"""Texts of packs in the language of the page."""

from collections.abc import Mapping

from django.utils.translation import get_language


def told(title: Mapping[str, str]) -> str:
    """A title of a pack in the language of the page, in Chinese where it has none in that language."""
    return title.get((get_language() or "zh")[:2], title.get("zh", ""))
