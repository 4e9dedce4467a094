"""Tables of this room; Django looks for them here."""

from linghang.apps.appraisal.models.books import Approval, Book, Publication, Run, RunInputs
from linghang.apps.appraisal.models.commitments import Commitment
from linghang.apps.appraisal.models.duty import DutyAudit, DutySheet
from linghang.apps.appraisal.models.expected import Expected, ExpectedMark, ExpectedPass
from linghang.apps.appraisal.models.objections import Objection
from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.apps.appraisal.models.presets import Preset
from linghang.apps.appraisal.models.results import Adjustment, GradeResult, Shortlisted, Statement
from linghang.apps.appraisal.models.selections import Nominee, SelectionRound
from linghang.apps.appraisal.models.trials import RememberedMatching, Trial
from linghang.apps.appraisal.models.uses import UseList, UseRow, UseRule

__all__ = [
    "Adjustment",
    "Approval",
    "Binding",
    "Book",
    "Commitment",
    "DutyAudit",
    "DutySheet",
    "Expected",
    "ExpectedMark",
    "ExpectedPass",
    "GradeResult",
    "Nominee",
    "Objection",
    "PackVersion",
    "Preset",
    "Publication",
    "RememberedMatching",
    "Run",
    "RunInputs",
    "SelectionRound",
    "Shortlisted",
    "Statement",
    "Trial",
    "UseList",
    "UseRow",
    "UseRule",
]
