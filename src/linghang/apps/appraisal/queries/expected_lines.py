"""The lines behind a branch's expected month: made again from exactly the records on which the stored total stands."""

from dataclasses import dataclass
from uuid import UUID

from linghang.apps.appraisal.data.expected import ExpectedLine
from linghang.apps.appraisal.data.statements import PricedLine
from linghang.apps.appraisal.models.expected import Expected, ExpectedMark
from linghang.apps.appraisal.queries.expected import expected_of
from linghang.apps.appraisal.queries.inputs import plan_of, read_inputs
from linghang.apps.appraisal.queries.results import around_of, as_counted
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class ExpectedPage:
    """A branch's open month: the sums as they are kept, and the lines that give them."""

    line: ExpectedLine
    name: str
    place: str
    lines: tuple[PricedLine, ...]


def expected_page(subject: UUID, scheme: str, *, month: Month) -> ExpectedPage | None:
    """What the open scope reaches; None where nothing is expected of the branch."""
    line = next((each for each in expected_of(subject, month=month) if each.scheme == scheme), None)
    rows = Expected.objects.select_related("book__place", "organisation").filter(organisation__isnull=False)
    row = rows.filter(subject=subject, scheme=scheme, month=month.index).first()
    if line is None or row is None or row.organisation is None:
        return None
    lines = _lines(row, month) if row.counted is not None else ()
    return ExpectedPage(line, row.organisation.name, row.book.place.name, lines)


def _lines(row: Expected, month: Month) -> tuple[PricedLine, ...]:
    """None for a branch that the roster has lost since: the next pass takes it out."""
    from linghang.apps.appraisal.explaining.lines import priced_line
    from linghang.engine.settle.plainly.reference import settle_member

    inputs = read_inputs(binding=row.book.binding_id, month=month, marks=_marks(), places=[row.book.place_id])
    one = next((each for each in inputs.subjects if each.member.code == str(row.subject)), None)
    if one is None:
        return ()
    plan = plan_of(inputs.version, inputs.scheme, month)
    facts = as_counted(inputs, plan)
    own = [fact for fact in facts if fact.subject == one.member.code]
    result = settle_member(plan, one.member, own, inputs.closings, around_of(inputs, plan, facts))
    return tuple(priced_line(plan, each) for each in result.lines if each.month == month)


def _marks() -> dict[int, int]:
    with system_scope(reason="a total was reckoned on the records of all places, and so are its lines"):
        return dict(ExpectedMark.objects.values_list("pk", "seq"))
