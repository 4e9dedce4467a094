"""Writing the read log."""

import json
from datetime import datetime
from uuid import UUID

from linghang.ui.web.planned import planned
from linghang.ui.web.reads import Reading
from linghang.ui.web.routes import Rule
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

# written with every page, for everybody, whatever the writer himself may read of it
_NOTE = """
    INSERT INTO audit_accesslog (at, reader, reader_name, page, top, path, filters, count, person, reason)
    SELECT %(at)s::timestamptz, %(reader)s::uuid, %(name)s::text, %(page)s::text, %(top)s::uuid, %(path)s::text,
        %(filters)s::jsonb, %(count)s::integer, person, %(reason)s::text
    FROM unnest(%(persons)s::uuid[]) AS person
"""


def record_reading(*, viewer: Viewer, rule: Rule, scope: Scope, reading: Reading, now: datetime) -> int:
    """One row for the request; one row per person instead when files of single persons were opened. Returns how many.

    Nobody who is not signed in reads business data, so a viewer without an id is a bug.
    """
    assert viewer.uuid is not None
    persons: list[UUID | None] = [*dict.fromkeys(reading.persons)] or [None]
    values = {
        "at": now,
        "reader": viewer.uuid,
        "name": viewer.name,
        "page": rule.url_name,
        "top": viewer.top,
        "path": scope.label_path,
        "filters": json.dumps(reading.filters),
        "count": reading.count,
        "persons": persons,
        "reason": reading.reason,
    }
    planned(_NOTE, values)
    return len(persons)
