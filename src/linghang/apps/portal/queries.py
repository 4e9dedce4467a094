"""Reads of the front page."""

from django.db import DatabaseError, connection

from linghang import __version__
from linghang.apps.portal.data import Health


def health() -> Health:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            answers = cursor.fetchone() == (1,)
    except DatabaseError:
        answers = False
    return Health(version=__version__, database=answers)
