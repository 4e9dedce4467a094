from django.urls import path

from linghang.apps.org.views import organisations as views

urlpatterns = [
    path("", views.organisation_list, name="list"),
    path("new/", views.create, name="create"),
    path("<uuid:uuid>/", views.organisation_detail, name="detail"),
    path("<uuid:uuid>/rename/", views.rename, name="rename"),
    path("<uuid:uuid>/move/", views.move, name="move"),
    path("<uuid:uuid>/close/", views.close, name="close"),
]
