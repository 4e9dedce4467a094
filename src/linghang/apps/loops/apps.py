from django.apps import AppConfig


class LoopsConfig(AppConfig):
    name = "linghang.apps.loops"
    label = "loops"
