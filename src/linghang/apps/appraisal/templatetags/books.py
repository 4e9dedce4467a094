"""What templates of a branch's month need."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def in_category(categories: Mapping[str, int], category: str) -> int | None:
    """A member's points of one category, in hundredths; None where he has none of it."""
    return categories.get(category)
