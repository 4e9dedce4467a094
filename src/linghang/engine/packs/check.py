"""What must hold between the parts of a pack: references, sources, limits, thresholds, tables, what may be scored."""

from collections.abc import Mapping
from typing import Any

from linghang.engine.packs.check_compliance import check_compliance
from linghang.engine.packs.check_links import check_links
from linghang.engine.packs.check_loops import check_loops
from linghang.engine.packs.check_parts import (
    check_groups,
    check_identity,
    check_kinds,
    check_meanings,
    check_norms,
    check_parameters,
)
from linghang.engine.packs.check_schemes import check_scheme
from linghang.engine.packs.check_tables import check_tables
from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problems


def check_pack(pack: Pack, own: Mapping[str, Mapping[str, Any]], problems: Problems) -> None:
    """Report everything wrong with the pack's `own` parts and its schemes; used packs are checked when they load."""
    check_identity(pack, problems)
    check_meanings(own.get("meanings", {}), problems)
    check_kinds(pack, own.get("kinds", {}), problems)
    check_parameters(pack, problems)
    check_groups(own.get("groups", {}), problems)
    check_norms(pack, own.get("norms", {}), problems)
    check_loops(pack, own.get("loops", {}), problems)
    check_links(pack, own.get("links", {}), own.get("coverages", {}), problems)
    for scheme in pack.schemes.values():
        check_scheme(pack, scheme, problems)
        check_tables(pack, scheme, problems)
    check_compliance(pack, problems)
