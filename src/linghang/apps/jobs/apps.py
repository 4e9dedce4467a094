from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "linghang.apps.jobs"
    label = "jobs"
