"""A settlement made again from what it read: the same rules, roster, closings, final months and records."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linghang.apps.appraisal.data.months import RunKind
from linghang.apps.appraisal.models import Run
from linghang.apps.appraisal.months.asked import Inputs, Outcome, Rules
from linghang.apps.appraisal.months.packing import unpacked
from linghang.apps.appraisal.queries.inputs import final_rows, plan_of
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.spans import month_words


@dataclass(frozen=True)
class Rerun:
    """A run with the hash that it wrote and the one that comes out now."""

    run: UUID
    title: str
    at: datetime
    subjects: int
    written: str
    now: str

    @property
    def same(self) -> bool:
        return self.written == self.now


def make_again(run: UUID, compute: Callable[[Inputs], Outcome]) -> Rerun:
    """Settle once more what a run inside the open scope settled; nothing is written."""
    row = Run.objects.select_related("version", "packed").defer("version__files").filter(uuid=run).first()
    if row is None:
        raise not_found()
    outcome = compute(inputs_of_run(row))
    month = Month.from_index(row.month)
    title = f"{pack_of(row.version.uuid).schemes[row.scheme].title['zh']} · {month_words(month)}"
    return Rerun(row.uuid, title, row.at, row.subjects, row.result_hash, outcome.result_hash)


def inputs_of_run(row: Run) -> Inputs:
    """What a run read, its records as of its watermark."""
    content = unpacked(bytes(row.packed.content))
    month = Month.from_index(row.month)
    plan = plan_of(row.version.uuid, row.scheme, month)
    codes = {UUID(one.member.code): one for one in content["subjects"]}
    with system_scope(reason="a settlement that may be read is made again from all that it read"):
        frozen = final_rows(plan, row.scheme, codes, content["final"], before=row.pk)
    return Inputs(
        binding=0,
        version=row.version.uuid,
        version_key=row.version_id,
        pack=plan.pack,
        scheme=row.scheme,
        month=month,
        subjects=content["subjects"],
        places={key: UUID(uuid) for key, uuid in content["places"].items()},
        closed={key: tuple(months) for key, months in content["closed"].items()},
        final=content["final"],
        frozen=frozen,
        watermark={int(node): seq for node, seq in row.watermark.items()},
        ties=content["ties"],
        earlier=_rules(content["earlier"]),
        apart={code: _rules(rules) for code, rules in content.get("apart", {}).items()},
        year_end=RunKind(row.kind) is RunKind.YEAR_END,
    )


def _rules(stored: Iterable[tuple[str, int]]) -> Rules:
    return tuple((UUID(version), pack_of(UUID(version)), Month.from_index(until)) for version, until in stored)
