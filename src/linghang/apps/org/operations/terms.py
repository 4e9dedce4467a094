"""届次: when a committee was elected, until when it serves, and by which document it serves longer."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.org.models import Term
from linghang.apps.org.policies import LONGEST_EXTENSION, a_year_after
from linghang.apps.org.queries.organisations import get_organisation
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def set_term(
    *,
    organisation: UUID,
    number: int,
    elected_on: date,
    approved_on: date | None = None,
    ends_on: date,
    actor: Viewer,
) -> UUID:
    """A new term. It counts from the day of the election; the one before is over with it."""
    with writing(actor, "set_term"):
        place = get_organisation(organisation)
        if ends_on <= elected_on or (approved_on is not None and approved_on < elected_on):
            raise DomainError("dates_crossed", _("任期届满、批复日期应晚于选举日期，请核对。"), field="ends_on")
        row = Term(organisation=place, number=number, elected_on=elected_on, approved_on=approved_on, ends_on=ends_on)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            words = _("第%(n)s届已经登记过，请核对届次。") % {"n": number}
            raise DomainError("term_taken", words, field="number") from error
        return row.uuid


def extend_term(*, term: UUID, extended_to: date, document: str, actor: Viewer) -> None:
    """Serve longer, by a document of the superior and by a year at most (关于党的基层组织任期的意见)."""
    with writing(actor, "extend_term"):
        row = Term.objects.filter(uuid=term).first()
        if row is None:
            raise not_found()
        if not document.strip():
            words = _("延期换届须经上级批准，请填写批复文号。")
            raise DomainError("document_needed", words, field="document")
        if not row.ends_on < extended_to <= a_year_after(row.ends_on):
            words = _("延期最长%(years)s年：应在%(first)s之后、%(last)s之前（含）。") % {
                "years": LONGEST_EXTENSION,
                "first": row.ends_on.isoformat(),
                "last": a_year_after(row.ends_on).isoformat(),
            }
            raise DomainError("too_long", words, field="extended_to")
        row.extended_to, row.extension_document = extended_to, document.strip()
        row.save(update_fields=["extended_to", "extension_document"])
