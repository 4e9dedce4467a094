from datetime import timedelta
from typing import Any

from linghang.apps.access.tests.world import NOW
from linghang.apps.appraisal.tests.world import trial_for
from tests.permissions.targets.cell import Cell, Maker


def _trial(cell: Cell, **more: Any) -> dict[str, Any]:
    times = {"created_at": NOW, "expires_at": NOW + timedelta(days=1)}
    return {"uuid": trial_for(cell.owner, **times).uuid, **more}


OBJECTS: dict[str, Maker] = {
    **dict.fromkeys(
        [
            "appraisal:trial-page",
            "appraisal:trial-settle",
            "appraisal:trial-keep",
            "appraisal:trial-remove",
            "appraisal:trial-columns",
            "appraisal:trial-problems",
            "appraisal:trial-problems-export",
            "appraisal:trial-result",
            "appraisal:trial-export",
        ],
        _trial,
    ),
    "appraisal:trial-mapping": lambda cell: _trial(cell, stored="roster.xlsx"),
    "appraisal:trial-file": lambda cell: _trial(cell, name="statements.xlsx"),
    "appraisal:trial-member": lambda cell: _trial(cell, code="P1"),
    "appraisal:trial-member-export": lambda cell: _trial(cell, code="P1"),
    "appraisal:trial-member-pdf": lambda cell: _trial(cell, code="P1"),
}
