"""What this room lets people find."""

from django.utils.translation import gettext_lazy as _

from linghang.apps.access.data import places_sound
from linghang.apps.org.operations.finding import KIND as PERSON
from linghang.apps.org.operations.finding import findable_people
from linghang.apps.org.search.data import SearchKind, Sound, search_kinds
from linghang.apps.org.search.queries import places_sounding
from linghang.apps.org.search.sources import AREA, ORGANISATION, area_rows, organisation_rows


def register_kinds() -> None:
    """People, organisations, areas, in this order; places are found by how their organisations sound."""
    places_sound(places_sounding)
    for kind in (
        SearchKind(PERSON, _("人员"), "org:person", 10, "user", sound=Sound.NAME, source=findable_people),
        SearchKind(ORGANISATION, _("组织"), "org:detail", 20, "sitemap", source=organisation_rows),
        SearchKind(AREA, _("责任区和岗位"), "org:area", 30, "map-pin", source=area_rows),
    ):
        search_kinds.register(kind)
