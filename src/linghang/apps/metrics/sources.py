"""Indicators as rows of the index by which everything is found."""

from collections.abc import Iterator

from linghang.apps.metrics.models import Indicator
from linghang.apps.org.search.data import FindableRow


def indicator_rows(only: int | None = None) -> Iterator[FindableRow]:
    """All indicators that the open scope reaches, or the one with this primary key."""
    rows = Indicator.objects.select_related("node").order_by("pk")
    for row in (rows if only is None else rows.filter(pk=only)).iterator():
        line = f"{row.unit} · {row.node.label}"
        yield FindableRow("indicator", row.uuid, row.node_id, row.name, line, also=(row.code,))
