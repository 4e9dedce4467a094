from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "linghang.apps.exchange"
    label = "exchange"
