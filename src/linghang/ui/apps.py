from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "linghang.ui"
    label = "ui"
