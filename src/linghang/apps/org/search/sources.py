"""People, organisations and areas as rows of the index. Operations of this room call `put_…` in their transaction."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import AREA_KINDS
from linghang.apps.org.models import Area, Naming, Organisation, Person
from linghang.apps.org.search.data import FindableRow, SearchKind, Sound, search_kinds
from linghang.apps.org.search.operations import drop_findables, put_findables
from linghang.ui.web.scope import system_scope

PERSON, ORGANISATION, AREA = "person", "organisation", "area"
SYSTEM = "the index follows its rows, whoever wrote them"


def register_kinds() -> None:
    """What this room lets people find."""
    search_kinds.register(
        SearchKind(PERSON, _("人员"), "org:person", 10, "user", sound=Sound.NAME, source=lambda: _people(Q()))
    )
    search_kinds.register(
        SearchKind(ORGANISATION, _("组织"), "org:detail", 20, "sitemap", source=lambda: _organisations(Q()))
    )
    search_kinds.register(SearchKind(AREA, _("责任区和岗位"), "org:area", 30, "map-pin", source=lambda: _areas(Q())))


def put_people(keys: Iterable[int]) -> None:
    """Bring the index up to date with people (by primary key); those whose entry was taken back leave it."""
    wanted = Q(pk__in=list(keys))
    with system_scope(reason=SYSTEM):
        put_findables(_people(wanted))
        _drop_rest(PERSON, Person._base_manager.filter(wanted, voided_at__isnull=False))


def put_organisations(keys: Iterable[int]) -> None:
    """Bring the index up to date with organisations (by primary key) and with the people whose line names them."""
    wanted = Q(pk__in=list(keys))
    with system_scope(reason=SYSTEM):
        put_findables(_organisations(wanted))
        _drop_rest(ORGANISATION, Organisation._base_manager.filter(wanted, voided_at__isnull=False))
        nodes = Organisation.objects.filter(wanted).values("node_id")
        put_findables(_people(Q(node_id__in=nodes)))


def put_areas(keys: Iterable[int]) -> None:
    """Bring the index up to date with areas (by primary key)."""
    wanted = Q(pk__in=list(keys))
    with system_scope(reason=SYSTEM):
        put_findables(_areas(wanted))
        kept = set(Area.objects.filter(wanted).values_list("uuid", flat=True))
        drop_findables(AREA, set(Area._base_manager.filter(wanted).values_list("uuid", flat=True)) - kept)


def _drop_rest(kind: str, gone: QuerySet[Person] | QuerySet[Organisation]) -> None:
    uuids = list(gone.values_list("uuid", flat=True))
    if uuids:
        drop_findables(kind, uuids)


def _people(wanted: Q) -> Iterator[FindableRow]:
    rows = Person.objects.filter(wanted).order_by("pk")
    columns = ("uuid", "node_id", "node__label", "user__uuid", "name", "code", "aliases")
    for uuid, node, label, user, name, code, aliases in rows.values_list(*columns).iterator():
        readers = (user,) if user else ()
        yield FindableRow(PERSON, uuid, node, name, label, also=(code, *aliases), readers=readers)


def _organisations(wanted: Q) -> Iterator[FindableRow]:
    rows = Organisation.objects.filter(wanted).order_by("pk")
    for row in rows.prefetch_related("namings").iterator(chunk_size=1000):
        names: list[Naming] = list(row.namings.all())
        former = [name for naming in names for name in (naming.name, naming.short_name)]
        also = (row.short_name, row.code, *row.aliases, *former)
        yield FindableRow(ORGANISATION, row.uuid, row.node_id, row.name, str(KINDS[row.kind].label), also=also)


def _areas(wanted: Q) -> Iterator[FindableRow]:
    for row in Area.objects.filter(wanted).select_related("organisation").order_by("pk").iterator():
        words = f"{AREA_KINDS[row.kind]} · {row.organisation.name}"
        yield FindableRow(AREA, row.uuid, row.node_id, row.name, words, also=(row.code,))
