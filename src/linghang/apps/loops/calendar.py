"""The calendar of this room's deadlines: that of the house, with the tables that were uploaded."""

from linghang.ui.web.workdays import CALENDAR

__all__ = ["CALENDAR"]
