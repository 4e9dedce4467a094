"""Who stands behind records: recorder, confirmer, how much evidence; for pages that show what records are worth."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from linghang.apps.ledger.models import Fact


@dataclass(frozen=True)
class Behind:
    """Who recorded and who confirmed one record, and how many pieces of evidence it has."""

    recorder: str
    confirmer: str
    evidence: int


def behind(uuids: Collection[UUID]) -> dict[UUID, Behind]:
    """Those of the records that lie inside the open scope; one statement for any number."""
    if not uuids:
        return {}
    rows = Fact.objects.filter(uuid__in=set(uuids)).annotate(proofs=Count("evidences", distinct=True))
    columns = rows.values_list("uuid", "recorded_by__display_name", "confirmed_by__display_name", "proofs")
    return {uuid: Behind(recorder or "", confirmer or "", proofs) for uuid, recorder, confirmer, proofs in columns}
