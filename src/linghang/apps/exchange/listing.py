"""Exactly what a list shows, as a workbook to save: the one way by which list pages of all rooms are exported.

    return list_response(_("组织名册"), [Column(_("名称")), Column(_("成立"), Kind.DATE)], rows, now=request.now,
                         filters={_("类型"): "党支部"}, as_of=request.today)

`rows` are all rows of the filtered list, not only the page that is shown. The view notes the read as its page does
(`note_list`, or `note_person` for the file of one person).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO

from django.http import FileResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.exchange.sheets import Cell, Column, Stamp, Table, write_workbook
from linghang.ui.web.clock import day_of


def list_response(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    now: datetime,
    filters: Mapping[str, str] | None = None,
    as_of: date | None = None,
    name: str = "",
) -> FileResponse:
    """A file to save: title, one header, the rows; below them the filter in words, the number of rows and the day.

    `filters` holds what narrowed the list, label → value in words; empty values are left out. `as_of` is the day that
    the list speaks of (today when not given). `name` is the file's name without its day, usually the title.
    """
    kept = list(rows)
    day = as_of or day_of(now)
    table = Table(title, columns, kept, title=title, notes=_notes(len(kept), filters or {}, day))
    made = BytesIO()
    write_workbook(made, [table], Stamp(as_of=date_format(day, "DATE_FORMAT"), made_at=now))
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=f"{name or title}-{day_of(now).isoformat()}.xlsx")


def _notes(count: int, filters: Mapping[str, str], day: date) -> list[str]:
    said = "；".join(f"{label}：{value}" for label, value in filters.items() if value)
    return [
        _("共 %(count)d 行，截至 %(day)s。") % {"count": count, "day": date_format(day, "DATE_FORMAT")},
        _("筛选条件：%(said)s") % {"said": said or _("无")},
        _("本系统为非涉密系统，严禁存储、处理、传输涉密信息"),
    ]
