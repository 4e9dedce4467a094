"""Several who do something at the same moment, each on a connection of his own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope


def refusals(*calls: Callable[[], object]) -> list[DomainError | None]:
    """What became of each: None when it was done, else how it was refused; anything else is raised."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], object]) -> DomainError | None:
        try:
            with system_scope(reason="test"):
                gate.wait(60)
                call()
        except DomainError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
