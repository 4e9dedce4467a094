from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "linghang.apps.metrics"
    label = "metrics"

    def ready(self) -> None:
        from linghang.apps.exchange.kinds import register_kind
        from linghang.apps.metrics.imports import indicators as import_of_indicators
        from linghang.apps.metrics.sources import indicator_rows
        from linghang.apps.org.search.data import SearchKind, search_kinds
        from linghang.ui.navigation import Entry, main_menu

        main_menu.register(Entry(_("指标"), "metrics:list", icon="chart-line", order=75))
        search_kinds.register(
            SearchKind("indicator", _("指标"), "metrics:indicator", 60, "chart-line", source=indicator_rows)
        )
        register_kind(import_of_indicators.KIND)
