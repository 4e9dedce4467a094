"""Putting one record right: what was written by mistake is taken back, and what is right is written in its place."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.data.records import NewFact
from linghang.apps.ledger.operations.recording import record
from linghang.apps.ledger.operations.reversing import reverse
from linghang.apps.ledger.queries.single import written_fact
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def correct(
    *, fact: UUID, attributes: Mapping[str, str], quantity: int, reason: str, actor: Viewer, now: datetime
) -> UUID:
    """Take a standing fact back and write it anew, in the same event and role; returns the new fact.

    Refused as taking back and recording are, and where nothing would change; then nothing is taken back.
    """
    with writing(actor, "correct"):
        was = written_fact(fact)
        if (dict(was.attributes), was.quantity) == (dict(attributes), quantity):
            raise DomainError("same_again", _("改正后的内容和原来一样。请先改成正确的，再提交。"), field="why")
        reverse(fact=fact, reason=reason, actor=actor, now=now)
        right = NewFact(
            kind=was.kind,
            subject=was.subject,
            occurred_on=was.occurred_on,
            node=was.node,
            quantity=quantity,
            attributes=attributes,
            role=was.role,
            sequence=was.sequence,
            event=was.event,
        )
        return record(items=[right], actor=actor, now=now).facts[0]
