from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "linghang.apps.portal"
    label = "portal"
