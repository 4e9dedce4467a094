from django.urls import path

from linghang.apps.exchange.views import begin, columns, history, preview, progress, workdays

app_name = "exchange"
urlpatterns = [
    path("", history.import_list, name="list"),
    path("new/<slug:kind>/", begin.begin, name="begin"),
    path("new/<slug:kind>/template/", begin.template, name="template"),
    path("workdays/", workdays.workdays, name="workdays"),
    path("workdays/<uuid:uuid>/end/", workdays.end, name="workdays-end"),
    path("<uuid:uuid>/", progress.one_import, name="import"),
    path("<uuid:uuid>/columns/", columns.columns, name="columns"),
    path("<uuid:uuid>/preview/", preview.preview, name="preview"),
    path("<uuid:uuid>/problems/", preview.problems, name="problems"),
    path("<uuid:uuid>/recheck/", preview.recheck, name="recheck"),
    path("<uuid:uuid>/confirm/", preview.confirm, name="confirm"),
    path("<uuid:uuid>/effects/", progress.effects, name="effects"),
    path("<uuid:uuid>/undo/", progress.undo, name="undo"),
    path("<uuid:uuid>/discard/", progress.discard, name="discard"),
]
