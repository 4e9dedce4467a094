from django.urls import path

from linghang.apps.loops.views import cases, lists, starts, visits

app_name = "loops"
urlpatterns = [
    path("", lists.case_list, name="list"),
    path("export/", lists.case_export, name="export"),
    path("declare/", starts.declare, name="declare"),
    path("confirm/", starts.confirm, name="confirm"),
    path("report/", starts.report, name="report"),
    path("correct/", starts.correct, name="correct"),
    path("visit/", visits.visit, name="visit"),
    path("<uuid:uuid>/", cases.case_detail, name="case"),
    path("<uuid:uuid>/sheet/", cases.sheet, name="sheet"),
    path("<uuid:uuid>/personal/", cases.case_detail, name="personal"),
    path("<uuid:uuid>/move/", cases.move, name="move"),
    path("<uuid:uuid>/steer/", cases.steer, name="steer"),
    path("<uuid:uuid>/comment/", cases.comment, name="comment"),
    path("<uuid:uuid>/files/<uuid:file>/", cases.file, name="file"),
    path("<uuid:uuid>/again/", starts.again, name="redeclare"),
]
