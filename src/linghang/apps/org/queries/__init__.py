"""Reads of this room: the tree and its people, inside the open scope, on any day."""

from linghang.apps.org.queries.composition import all_incomplete, complete_count, composition, incomplete_page
from linghang.apps.org.queries.coverage import all_gaps, coverage, coverages, curve, gaps_page, uncovered
from linghang.apps.org.queries.links import (
    all_areas,
    all_links,
    all_quotas,
    area_line,
    areas_page,
    categories_of,
    category_of,
    link_line,
    links_of,
    links_page,
    quotas_page,
)
from linghang.apps.org.queries.organisations import (
    get_organisation,
    line_of,
    name_on,
    organisation_card,
    organisations,
    organisations_page,
)
from linghang.apps.org.queries.people import get_person, person_numbers, person_with_id_number, persons_with_phone

__all__ = [
    "all_areas",
    "all_gaps",
    "all_incomplete",
    "all_links",
    "all_quotas",
    "area_line",
    "areas_page",
    "categories_of",
    "category_of",
    "complete_count",
    "composition",
    "coverage",
    "coverages",
    "curve",
    "gaps_page",
    "get_organisation",
    "get_person",
    "incomplete_page",
    "line_of",
    "link_line",
    "links_of",
    "links_page",
    "name_on",
    "organisation_card",
    "organisations",
    "organisations_page",
    "person_numbers",
    "person_with_id_number",
    "persons_with_phone",
    "quotas_page",
    "uncovered",
]
