"""Asking dated rows about one day."""

from datetime import date

from django.db.models import Q


def covers(day: date, prefix: str = "") -> Q:
    """Rows whose days include `day`; `prefix` is the way to the dated table, such as "memberships__"."""
    open_end = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    return Q(**{f"{prefix}valid_from__lte": day}) & open_end


def not_over(day: date, prefix: str = "") -> Q:
    """Rows that hold on `day` or later."""
    return Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
