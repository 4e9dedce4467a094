"""Rows against their own leaves: the database computes both sides and names the rows that differ."""

from linghang.apps.ledger.data.leaves import LEAF_SQL, SLOT_SQL, TABLES
from linghang.apps.ledger.verify.asking import Asking

STEP = 200_000

EDITED = dict(zip(TABLES, ("fact", "event", "text", "evidence", "erasure"), strict=True))
ABOUT = {
    "ledger_fact": "concat_ws(' ', r.kind, to_char(r.occurred_on, 'YYYY-MM-DD'), r.uuid)",
    "ledger_event": "concat_ws(' ', r.kind, to_char(r.occurred_on, 'YYYY-MM-DD'), r.uuid)",
    "ledger_text": "concat_ws(' ', r.field, r.uuid)",
    "ledger_evidence": "concat_ws(' ', r.kind, r.uuid)",
    "ledger_erasure": "r.uuid::text",
}


def check_rows(asking: Asking) -> None:
    """Name every row whose content is not what its leaf says."""
    for table in TABLES:
        low, last = asking.rows(f"SELECT min(id), max(id) FROM {table}")[0]
        if low is None:
            continue
        asking.found.rows += asking.number(f"SELECT count(*) FROM {table} WHERE {asking.within('node_id')}")
        for start in range(low, last + 1, STEP):
            _check_some(asking, table, start)
            asking.progress(f"rows:{table}", min(start + STEP, last + 1) - low, last + 1 - low)


def _check_some(asking: Asking, table: str, start: int) -> None:
    leaf, joins = LEAF_SQL[table]
    wrong = asking.rows(
        f"SELECT r.node_id, {ABOUT[table]} FROM {table} r {joins}"
        f" WHERE r.id >= %(start)s AND r.id < %(end)s AND {asking.within('r.node_id')}"
        f" AND r.leaf IS DISTINCT FROM {leaf} ORDER BY r.id",
        start=start,
        end=start + STEP,
    )
    for node, about in wrong:
        asking.found.add(f"{EDITED[table]}-edited", asking.place(node), about)


def check_standing(asking: Asking) -> None:
    """The table of standing facts is derived: recompute it and name the differences."""
    joins = LEAF_SQL["ledger_fact"][1]
    wrong = asking.rows(
        f"SELECT r.node_id, {ABOUT['ledger_fact']} FROM ledger_fact r {joins}"
        " LEFT JOIN ledger_standingfact t ON t.fact_id = r.id"
        " LEFT JOIN ledger_fact back ON back.reverses_id = r.id"
        f" WHERE {asking.within('r.node_id')} AND t.slot IS DISTINCT FROM"
        f" CASE WHEN r.reverses_id IS NULL AND back.id IS NULL THEN {SLOT_SQL} END ORDER BY r.id"
    )
    for node, about in wrong:
        asking.found.add("standing-wrong", asking.place(node), about)
    lost = asking.rows(
        "SELECT t.fact_id FROM ledger_standingfact t LEFT JOIN ledger_fact f ON f.id = t.fact_id WHERE f.id IS NULL"
    )
    for (key,) in lost if asking.nodes is None else ():
        asking.found.add("standing-wrong", "", f"#{key}")
