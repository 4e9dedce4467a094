"""The one clock. Views, tasks and the command line read it once and pass `now` or `on` down; nothing else does.

Business days are days in Asia/Shanghai, instants are UTC. A demo installation may take another day for today: the one
that a visitor set on the page for it (a line in the data folder, so that all processes agree), else
`settings.DEMO_TODAY`. The pages say so in a banner.
"""

from datetime import UTC, date, datetime
from pathlib import Path
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
    return (_set_day() or pretended) if getattr(settings, "DEMO", False) else pretended


def set_demo_today(day: date | None) -> None:
    """Pretend a day from now on, in every process of this demo installation; None goes back to the real one."""
    if not getattr(settings, "DEMO", False):
        raise RuntimeError("only a demo installation may pretend a day")
    if day is None:
        _kept_day().unlink(missing_ok=True)
        return
    written = _kept_day().with_suffix(".new")
    written.write_text(day.isoformat(), encoding="ascii")
    written.replace(_kept_day())


def _kept_day() -> Path:
    return Path(settings.DATA_DIR) / "demo-today.txt"


def _set_day() -> date | None:
    try:
        return date.fromisoformat(_kept_day().read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        return None
