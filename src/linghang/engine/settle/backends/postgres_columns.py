"""The columns of a PostgreSQL table of facts: as in a file of facts, in PostgreSQL's types."""

from collections.abc import Iterable, Mapping

from linghang.engine.problems import Place, Problems

TEXTS = ("text", "character varying")
WHOLE = ("smallint", "integer", "bigint")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "subject": (*TEXTS, *WHOLE),
    "occurred_on": ("date",),
    "kind": TEXTS,
    "sequence": WHOLE,
}
OTHERS: Mapping[str, tuple[str, ...]] = {"quantity": WHOLE, "event": TEXTS, "record": TEXTS, "reverses": TEXTS}


def check_columns(table: str, columns: Mapping[str, str], attributes: Iterable[str], problems: Problems) -> None:
    """Whole numbers, days and texts only: anything else would be settled as something else."""
    wanted = {**NEEDED, **OTHERS, **dict.fromkeys(attributes, TEXTS)}
    hint = "做一个视图，把列改成要求的名称和类型，再用视图"
    for name, kinds in wanted.items():
        found = columns.get(name)
        if found is None and name in NEEDED:
            problems.add(Place(table, column=name), "bad-column", f"没有“{name}”这一列", hint)
        elif found is not None and found not in kinds:
            message = f"“{name}”这一列的类型是 {found}，应是 {'、'.join(kinds)}"
            problems.add(Place(table, column=name), "bad-column", message, hint)
    if "reverses" in columns and "record" not in columns:
        problems.add(Place(table), "bad-column", "有“reverses”，没有“record”，不知道冲正的是哪一条", hint)
