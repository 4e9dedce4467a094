from django.urls import path

from linghang.apps.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("export/", views.export, name="export"),
    path("new/", views.create, name="create"),
    path("<uuid:uuid>/", views.indicator, name="indicator"),
    path("<uuid:uuid>/export/", views.series_export, name="series-export"),
    path("<uuid:uuid>/edit/", views.edit, name="edit"),
    path("<uuid:uuid>/definition/", views.redefine, name="redefine"),
    path("<uuid:uuid>/close/", views.close, name="close"),
    path("<uuid:uuid>/values/new/", views.add, name="add"),
    path("values/<uuid:uuid>/", views.replace, name="replace"),
]
