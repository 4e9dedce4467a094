"""Writing the read log."""

from datetime import datetime

from linghang.apps.audit.models import AccessLog
from linghang.ui.web.reads import Reading
from linghang.ui.web.routes import Rule
from linghang.ui.web.scope import Scope, system_scope
from linghang.ui.web.viewer import Viewer


def record_reading(*, viewer: Viewer, rule: Rule, scope: Scope, reading: Reading, now: datetime) -> int:
    """One row for the request; one row per person instead when files of single persons were opened. Returns how many.

    Nobody who is not signed in reads business data, so a viewer without an id is a bug.
    """
    assert viewer.uuid is not None
    rows = [
        AccessLog(
            at=now,
            reader=viewer.uuid,
            reader_name=viewer.name,
            page=rule.url_name,
            top=viewer.top,
            path=scope.label_path,
            filters=reading.filters,
            count=reading.count,
            person=person,
            reason=reading.reason,
        )
        for person in (dict.fromkeys(reading.persons) or [None])
    ]
    with system_scope(reason="the log is written for everybody, whatever the writer may read of it"):
        return len(AccessLog.objects.bulk_create(rows))
