"""Everything that is done with a month: opened, closed, settled, checked, shown, approved, announced; its year ended.

Each step for one book in `month_steps`, for many in `month_bulk`.
"""

from linghang.apps.appraisal.operations.month_bulk import settle_many, step_below, step_many
from linghang.apps.appraisal.operations.month_opening import open_books
from linghang.apps.appraisal.operations.month_settling import settle_books, start_settlement, start_year_end
from linghang.apps.appraisal.operations.month_steps import (
    announce_book,
    approve_book,
    check_book,
    close_recording,
    publish_book,
    reopen_recording,
)
from linghang.apps.appraisal.operations.month_year import close_year

__all__ = [
    "announce_book",
    "approve_book",
    "check_book",
    "close_recording",
    "close_year",
    "open_books",
    "publish_book",
    "reopen_recording",
    "settle_books",
    "settle_many",
    "start_settlement",
    "start_year_end",
    "step_below",
    "step_many",
]
