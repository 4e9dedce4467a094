from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "linghang.apps.access"
    label = "access"
