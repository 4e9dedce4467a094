from django.urls import path, register_converter

from linghang.apps.appraisal.views import statement_files, statements
from linghang.engine.periods import Month


class MonthConverter:
    """2026-03 in an address."""

    regex = "[0-9]{4}-(0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Month:
        return Month.parse(value)

    def to_url(self, value: Month | str) -> str:
        return str(value)


register_converter(MonthConverter, "month")
ONE = "statements/<uuid:subject>/<slug:scheme>"

urlpatterns = [
    path("mine/", statements.mine, name="mine"),
    path("statements/<uuid:subject>/reason/", statements.reason, name="sight-reason"),
    path(f"{ONE}/<month:month>/", statements.statement, name="statement"),
    path(f"{ONE}/<month:month>.xlsx", statement_files.statement_export, name="statement-export"),
    path(f"{ONE}/<month:month>.pdf", statement_files.statement_pdf, name="statement-pdf"),
    path(f"{ONE}/<int:year>/q<int:quarter>/", statements.quarter, name="quarter"),
    path(f"{ONE}/<int:year>/", statements.year, name="year"),
    path(f"{ONE}/<int:year>.xlsx", statement_files.year_export, name="year-export"),
    path(f"{ONE}/<int:year>.pdf", statement_files.year_pdf, name="year-pdf"),
    path("adjustments/<uuid:uuid>/", statements.adjustment, name="adjustment"),
]
