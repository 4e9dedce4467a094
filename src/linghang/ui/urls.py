"""Addresses of the frame itself: the components page and the language switch."""

from django.urls import path
from django.views.i18n import set_language

from linghang.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.components, name="components"),
    path("language/", set_language, name="language"),
]
