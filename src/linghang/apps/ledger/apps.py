from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "linghang.apps.ledger"
    label = "ledger"
