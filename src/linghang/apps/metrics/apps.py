from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "linghang.apps.metrics"
    label = "metrics"
