"""A row of the table as the rules look at it."""

from linghang.apps.loops.models import Case
from linghang.apps.loops.policies import Matter
from linghang.apps.loops.versions import kind_of


def matter_of(row: Case) -> Matter:
    """The people of a case by their accounts; load them together with the row where there are many."""
    subject = row.subject.user if row.subject else None
    return Matter(
        kind=kind_of(row.version.digest),
        path=row.node.path,
        reporter=row.reporter.uuid if row.reporter else None,
        responsible=row.responsible.uuid if row.responsible else None,
        tracker=row.tracker.uuid if row.tracker else None,
        verifier=row.verifier.uuid if row.verifier else None,
        doer=row.doer.uuid if row.doer else None,
        subject=subject.uuid if subject else None,
    )
