"""Reads of the front page."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import DatabaseError, connection

from linghang import __version__
from linghang.apps.portal.data import Health, MonthLeft
from linghang.ui.web.workdays import CALENDAR


def health() -> Health:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            answers = cursor.fetchone() == (1,)
    except DatabaseError:
        answers = False
    return Health(version=__version__, database=answers)


def month_left(today: date) -> MonthLeft:
    """How many working days this month still has, today's included (make-up days count, by the published calendar)."""
    last = today.replace(day=monthrange(today.year, today.month)[1])
    left = CALENDAR.workdays_between(today - timedelta(days=1), last)
    return MonthLeft(left.days, left.provisional)
