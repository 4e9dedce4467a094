from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "linghang.apps.audit"
    label = "audit"
