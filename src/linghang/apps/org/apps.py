from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "linghang.apps.org"
    label = "org"
