"""The one clock. Views, tasks and the command line read it once and pass `now` or `on` down; nothing else does.

Business days are days in Asia/Shanghai, instants are UTC. A demo installation may set `settings.DEMO_TODAY`
(a date); then every day is that day, and the pages say so in a banner.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant in UTC; on a demo installation the same time of day on the day that was set."""
    instant = datetime.now(UTC)
    pretended = demo_today()
    if pretended is None:
        return instant
    local = instant.astimezone(SHANGHAI)
    return datetime.combine(pretended, local.timetz()).astimezone(UTC)


def today() -> date:
    """The present business day."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The business day on which an instant falls; a day ends at 24:00 in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def demo_today() -> date | None:
    """The pretended day of a demo installation, or None on a real one."""
    pretended: date | None = getattr(settings, "DEMO_TODAY", None)
    return pretended
