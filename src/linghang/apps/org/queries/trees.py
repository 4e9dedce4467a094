"""What lay below an organisation on a day: the tree of that day, not of today."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from linghang.apps.org.models import Organisation, Placement
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.scope import system_scope

MOST_NAMED = 50


def nodes_below(organisation: UUID, *, on: date) -> list[int]:
    """Keys of the places of an organisation inside the open scope and of all that hung below it on a day."""
    root = Organisation.objects.filter(uuid=organisation).values_list("pk", "top_id").first()
    if root is None:
        return []
    with system_scope(reason="which places count is a question of that day's tree; the rows themselves stay in scope"):
        rows = Placement.objects.filter(covers(on), organisation__top_id=root[1], parent__isnull=False)
        found = _below(root[0], rows.values_list("parent_id", "organisation_id"))
        return list(Organisation.objects.filter(pk__in=found).values_list("node_id", flat=True))


def places_in_sight() -> QuerySet[Any, Any]:
    """The places of the open scope, as (id, path), for a statement that narrows to them what it has counted."""
    return apps.get_model("access", "ScopeNode")._default_manager.values("id", "path")


def _below(root: int, pairs: Iterable[tuple[int | None, int]]) -> set[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for parent, child in pairs:
        if parent is not None:
            children[parent].append(child)
    found, open_ends = {root}, [root]
    while open_ends:
        fresh = [child for parent in open_ends for child in children[parent] if child not in found]
        found.update(fresh)
        open_ends = fresh
    return found


def organisations_named(words: str) -> list[UUID]:
    """Organisations inside the open scope whose name, short name or code has these words."""
    said = Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__iexact=words)
    return list(Organisation.objects.filter(said).order_by("node__path").values_list("uuid", flat=True)[:MOST_NAMED])
