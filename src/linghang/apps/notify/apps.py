from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "linghang.apps.notify"
    label = "notify"
