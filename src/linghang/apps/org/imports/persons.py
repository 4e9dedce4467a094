"""Which person a row means: by code, else by name and branch, else by a name that only one has. Never a guess."""

from linghang.apps.exchange.kinds import Row
from linghang.apps.exchange.words import name_key, near
from linghang.apps.org.imports.known_people import KnownPerson, People
from linghang.apps.org.imports.roster_rows import branch_of
from linghang.apps.org.imports.tree import Known, Tree


def person_meant(
    row: Row, people: People, tree: Tree, *, name: str, code: str, home: Known | None, column: str, code_column: str
) -> KnownPerson | None:
    """The person, or None with a problem that names who comes into question."""
    if code:
        found = people.of_code(code)
        if found is None:
            row.wrong(code_column, "unknown-person", f"库里没有工号 {code}", "核对工号，或先导入花名册")
        elif name and name_key(name) not in {name_key(n) for n in (found.name, *found.aliases)}:
            row.wrong(code_column, "contradicts", f"工号 {code} 在库里是{found.name}，不是{name}", "核对工号和姓名")
            return None
        return found
    named = people.named(name)
    among = [one for one in named if home and home.key in (one.branch, one.unit)] or named
    if len(among) == 1:
        return among[0]
    if among:
        listed = "、".join(
            f"{p.name}（{branch_of(p.home, tree) or '不在册'}，{p.code or '无工号'}）" for p in among[:6]
        )
        row.wrong(column, "ambiguous-name", f"有 {len(among)} 个{name}：{listed}", "写上工号或支部，说明是哪一位")
    else:
        similar = near(name, [one.name for one in people.everybody])
        hint = f"相近的有：{'、'.join(similar)}" if similar else "核对姓名，或先导入花名册"
        row.wrong(column, "unknown-person", f"您的范围里没有{name}", hint)
    return None
