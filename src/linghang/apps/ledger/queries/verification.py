"""The verification for pages and jobs: on a connection of its own, beside whatever the caller does."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from linghang.apps.ledger.data.heads import HEADS_FILE
from linghang.apps.ledger.verify.report import Progress, Verification, silent
from linghang.apps.ledger.verify.whole import verify_ledger
from linghang.ui.web.sealed import data_keys


def verify(*, now: datetime, nodes: Collection[int] | None = None, progress: Progress = silent) -> Verification:
    """Check the whole ledger, or the chains of some places by their keys; takes minutes at ten million records."""
    with psycopg.connect(**connection.get_connection_params()) as own:
        return verify_ledger(
            own,
            key=data_keys().chain,
            heads=Path(settings.DATA_DIR) / HEADS_FILE,
            files=Path(settings.MEDIA_ROOT),
            now=now,
            nodes=nodes,
            progress=progress,
        )
