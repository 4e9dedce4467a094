"""The month of one scheme at one place: its states in the one order of every result."""

from enum import StrEnum


class BookState(StrEnum):
    """核算 → 支部核对 → 公示 → 审定（两人） → 定稿 → 公布. A later state never goes back once final."""

    RECORDING = "recording"  # 记录中
    CLOSED = "closed"  # 已关账: absence of a record now means that there was none
    SETTLED = "settled"  # 已核算
    CHECKED = "checked"  # 支部已核对
    PUBLIC = "public"  # 公示中, and until two people have approved
    FINAL = "final"  # 已定稿
    ANNOUNCED = "announced"  # 已公布


class RunKind(StrEnum):
    """What a settlement was made for."""

    MONTH = "month"
    YEAR_END = "year_end"  # 年终关账: what came late for the old year


FINAL_STATES = (BookState.FINAL, BookState.ANNOUNCED)
