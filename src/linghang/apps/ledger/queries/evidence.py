"""The file behind a proof, for whoever may read the record that it belongs to."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linghang.apps.ledger.data.files import path_of
from linghang.apps.ledger.models import Evidence
from linghang.ui.web.errors import not_found


@dataclass(frozen=True)
class EvidenceFile:
    """What a view sends: as an attachment, with `X-Content-Type-Options: nosniff`. `person` is whose file it is."""

    path: Path
    name: str
    media_type: str
    person: UUID | None


def evidence_file(uuid: UUID) -> EvidenceFile:
    """The file, if the open scope reaches its record and it was not erased. Knowing its hash opens nothing."""
    row = Evidence.objects.select_related("fact__subject__person__user").filter(uuid=uuid, kind="file").first()
    path = path_of(Path(settings.MEDIA_ROOT), uuid)
    if row is None or not row.sha256 or not path.is_file():
        raise not_found()
    person = row.fact.subject.person if row.fact else None
    owner = person.user.uuid if person and person.user else person.uuid if person else None
    return EvidenceFile(path, row.name, row.media_type, owner)
