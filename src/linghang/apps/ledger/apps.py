from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "linghang.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        from linghang.apps.exchange.kinds import register_kind
        from linghang.apps.ledger.imports import records as import_of_records

        register_kind(import_of_records.KIND)
