from django.urls import path

from linghang.apps.appraisal.views import statement_files, statements

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
    path("books/<uuid:uuid>/recalculation.xlsx", statement_files.recalculation, name="recalculation"),
]
