"""Closed ranges of days as the database compares them."""

from django.db.models import F, Func, Value


def days() -> Func:
    """The days of a row, both ends included; without an end it goes on."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")
