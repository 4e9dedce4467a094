"""The people inside the open scope as the reader of records knows them (a roster), and as the ledger does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linghang.apps.ledger.data.subjects import MEMBER
from linghang.apps.ledger.queries.subjects import Known
from linghang.apps.org.queries.subjects import roster_subjects
from linghang.engine.roster import Member, Roster


@dataclass(frozen=True)
class Members:
    """`roster` for reading tables; by the roster's code: who it is, and where he belongs."""

    roster: Roster
    known: Mapping[str, Known]
    homes: Mapping[str, UUID]


def members_in_scope(on: date) -> Members:
    """Everybody of the roster of a day; who has no code of his own goes by his uuid."""
    rows = roster_subjects(on=on)
    codes = {row.uuid: row.code or str(row.uuid) for row in rows}
    return Members(
        Roster(Member(codes[row.uuid], row.name, row.home, row.standing_label, row.person_class) for row in rows),
        {
            codes[row.uuid]: Known(0, row.uuid, MEMBER, row.name, row.top_key, row.node_key, row.user, None, None)
            for row in rows
        },
        {codes[row.uuid]: row.home_uuid for row in rows},
    )
