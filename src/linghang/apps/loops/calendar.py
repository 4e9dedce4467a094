"""The calendar of this room's deadlines, shared by all its pages, since it remembers the years that it counted."""

from linghang.engine.workdays import WorkCalendar

CALENDAR = WorkCalendar()
