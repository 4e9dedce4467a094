"""How fast a fragment is found: 20,000 people, 1,000 organisations and 300,000 records, by wide and narrow scopes.

    python -m benchmarks.search [--people 20000] [--rows 300000] [--write]      --write keeps a dated result

Every query goes the way of the page (`queries.find`: permission rows, scopes, counts, best hits), on a PostgreSQL of
its own with the settings of the product. Targets: ≤ 20 ms a query, 2,000 rows pushed in ≤ 300 ms.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.dated import dated, folder_for, keep

TODAY = date(2026, 11, 20)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "单仇解翟"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉力红梅玉萍志新海东山河春秋晓宇浩然子涵雨欣梓"
    "博一诺佳怡俊杰思远嘉豪泽洋雪松鹏飞振兴庆祥瑞林"
)
MEETINGS = (
    "支部党员大会",
    "支部委员会会议",
    "党小组会",
    "党课",
    "主题党日",
    "应急演练",
    "志愿服务",
    "谈心谈话",
    "皮带跑偏报警处置",
)
TOPICS = (
    "学习传达全会精神",
    "安全生产专题",
    "民主评议党员",
    "巷道支护攻关",
    "渠道清淤",
    "设备检修",
    "换届选举",
    "技能比武",
    "节能降耗",
    "隐患排查",
)
WORKS = ("磨浮", "采矿", "机修", "运输", "化验", "地测", "供电", "通风", "选矿", "水质", "渠首", "勘探", "测绘", "物探")
TERMS = {
    "1 字，常见": "会",
    "1 字": "演",
    "2 字": "演练",
    "2 字，跨词": "急演",
    "4 字": "应急演练",
    "6 字": "皮带跑偏报警",
    "2 字，最常见": "党课",
    "2 词": "张 磨浮",
    "姓": "张",
    "姓名": "张建国",
    "首字母 2": "zj",
    "首字母 3": "zjg",
    "全拼": "zhangjianguo",
    "字母很多": "zb",
    "工号": "G01234",
    "没有": "量子纠缠",
}


def _world(people: int, rows: int, seed: int) -> dict[str, Any]:
    """Places, then rows of three kinds through `put_findables`; how long the filling took."""
    from linghang.apps.access.models import RoleGrant, ScopeNode, User
    from linghang.apps.org.search.operations import put_findables
    from linghang.ui.web.scope import system_scope

    dice = random.Random(seed)
    with system_scope(reason="bench"):
        top = _node(ScopeNode, "北山矿业党委", None)
        middle = [_node(ScopeNode, f"{WORKS[n % 14]}{n // 14 + 1}区党总支", top) for n in range(40)]
        branches = [_node(ScopeNode, f"{WORKS[n % 14]}{n}党支部", middle[n % 40]) for n in range(959)]
        other = _node(ScopeNode, "南河渠道党委", None)
        branches += [_node(ScopeNode, f"南河{n}党支部", other) for n in range(20)]
        users = {
            name: _user(User, RoleGrant, name, role, node)
            for name, role, node in (
                ("officer", "officer", top), ("general", "officer", middle[3]), ("secretary", "secretary", branches[3]),
                ("member", "member", branches[3]),
            )
        }  # fmt: skip
    begun = time.perf_counter()
    put_findables(_organisations([top, other, *middle, *branches]))
    put_findables(_people(people, branches, dice))
    put_findables(_records(rows, branches, dice))
    return {"users": users, "branches": branches, "fill_seconds": time.perf_counter() - begun}


def _node(model: Any, label: str, above: Any) -> Any:
    row = model.objects.create(label=label, parent=above, path=str(uuid4()), valid_from=date(2020, 1, 1))
    row.path, row.top = f"{above.path if above else ''}{row.pk:08d}/", (above.top if above else row)
    row.save()
    return row


def _user(users: Any, grants: Any, name: str, role: str, node: Any) -> UUID:
    at = datetime.now(UTC)
    user = users.objects.create(username=name, display_name=name, created_at=at, home=node)
    grants.objects.create(user=user, role=role, node=node, valid_from=date(2020, 1, 1), granted_at=at)
    return user.uuid


def _organisations(nodes: list[Any]) -> Iterator[Any]:
    from linghang.apps.org.search.data import FindableRow

    for number, node in enumerate(nodes):
        also = (f"ORG{number:04d}", node.label.replace("党支部", "支部"))
        yield FindableRow("organisation", uuid4(), node.pk, node.label, "党支部", also=also)


def _people(count: int, branches: list[Any], dice: random.Random) -> Iterator[Any]:
    from linghang.apps.org.search.data import FindableRow

    for number in range(count):
        node = dice.choice(branches)
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        yield FindableRow("person", uuid4(), node.pk, name, node.label, also=(f"G{number:05d}",))


def _records(count: int, branches: list[Any], dice: random.Random) -> Iterator[Any]:
    from linghang.apps.org.search.data import FindableRow

    for number in range(count):
        node, day = dice.choice(branches), TODAY - timedelta(days=700 * (count - number) // count + dice.randrange(20))
        title = f"{dice.choice(MEETINGS)} {dice.choice(TOPICS)}"
        line = node.label
        yield FindableRow("record", uuid4(), node.pk, title, line, day=day)


def _measure(world: dict[str, Any], repeats: int) -> list[dict[str, Any]]:
    from linghang.apps.access.scope import viewer_on
    from linghang.apps.org.search.queries import find

    found = []  # on a busy machine the best of the repeats says more than the median; the load stands beside it
    for who, uuid in world["users"].items():
        viewer = viewer_on(uuid, who, on=TODAY)
        for label, term in TERMS.items():
            times = []
            for _turn in range(repeats):
                begun = time.perf_counter()
                groups = find(term, viewer=viewer, on=TODAY)
                times.append((time.perf_counter() - begun) * 1000)
            counts = {group.kind.code: f"{group.count}{'+' if group.more else ''}" for group in groups}
            found.append({"who": who, "query": term, "kind": label, "median_ms": round(statistics.median(times), 2),
                          "best_ms": round(min(times), 2),
                          "worst_ms": round(max(times), 2), "counts": counts})  # fmt: skip
    return found


def _sizes() -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('findable_pieces'), pg_relation_size('org_findable'),"
            " pg_total_relation_size('org_findable'), count(*), avg(cardinality(pieces)) FROM org_findable"
        )
        row = cursor.fetchone()
    return {
        "gin_mb": round(row[0] / 1e6, 1), "table_mb": round(row[1] / 1e6, 1), "all_mb": round(row[2] / 1e6, 1),
        "rows": row[3], "pieces_per_row": round(float(row[4]), 1),
    }  # fmt: skip


def _push(world: dict[str, Any], dice: random.Random) -> dict[str, float]:
    """2,000 more people in one transaction, then the same again (all rows change nothing), then one row at a time."""
    from linghang.apps.org.search.operations import put_findables

    rows = list(_people(2000, world["branches"], dice))
    singles = list(_people(200, world["branches"], dice))
    new, again = _timed(lambda: put_findables(rows)), _timed(lambda: put_findables(rows))
    each = [_timed(lambda row=row: put_findables([row])) for row in singles]
    return {"new_2000_ms": round(new, 1), "again_2000_ms": round(again, 1),
            "one_row_median_ms": round(statistics.median(each), 2)}  # fmt: skip


def _timed(work: Any) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _set_up(folder: Path) -> Any:
    """A cluster with the product's settings, migrated as the owner and opened as the app role; Django is ready."""
    os.environ |= {"LINGHANG_DATA_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "linghang.config.settings"}
    from linghang.server.folder import ensure_keys
    from linghang.server.postgres import create_cluster, new_password
    from linghang.server.roles import (
        DATABASE,
        Passwords,
        app_url,
        ensure_database,
        ensure_roles,
        grant_defaults,
        owner_url,
    )
    from linghang.server.schema import upgrade

    folder.chmod(0o711)
    (folder / "var" / "static").mkdir(parents=True)
    ensure_keys(folder / "var" / "keys", folder / "var" / "keys" / "data-keys.json")
    words = Passwords(new_password(), new_password(), new_password())
    cluster = create_cluster(folder / "database", superuser_password=words.superuser)
    cluster.start()
    ensure_roles(cluster, words)
    ensure_database(cluster)
    grant_defaults(owner_url(cluster, words, DATABASE))
    import django
    from django.conf import settings
    from django.db import connection

    from linghang.config.options import database_entry

    settings.DATABASES["default"] = database_entry(owner_url(cluster, words))
    django.setup()
    upgrade(connection)
    connection.close()
    connection.settings_dict.update(database_entry(app_url(cluster, words)))
    return cluster


def _register_kinds() -> None:
    """Kinds as rooms have them, on addresses that exist, so that permission rows and scopes take part."""
    from linghang.apps.org.search.data import SearchKind, SearchKinds, search_kinds

    search_kinds._kinds = SearchKinds()._kinds
    from linghang.apps.org.search.data import Sound

    for code, label, more in (
        ("person", "人员", {"sound": Sound.NAME}), ("organisation", "组织", {}), ("area", "责任区", {}),
        ("case", "事项", {"dated": True}), ("record", "记录", {"sound": Sound.INITIALS, "dated": True}),
        ("indicator", "指标", {}),
    ):  # fmt: skip
        search_kinds.register(SearchKind(code, label, "org:detail", **more))


def _analyse(cluster: Any) -> None:
    import psycopg

    with psycopg.connect(cluster.url(database="linghang"), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE org_findable")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with folder_for(None) as folder:
        cluster = _set_up(folder)
        try:
            _register_kinds()
            world = _world(asked.people, asked.rows, seed=1)
            before = _measure(world, 1)
            _analyse(cluster)
            answer = dated(
                "search",
                people=asked.people,
                records=asked.rows,
                fill_seconds=round(world["fill_seconds"], 1),
                sizes=_sizes(),
                queries=_measure(world, asked.repeats),
                push=_push(world, random.Random(2)),
                before_analyse_worst_ms=max(row["median_ms"] for row in before),
            )
        finally:
            cluster.stop(patient=False)
    _print(answer)
    if asked.write:
        keep(answer, asked.people + asked.rows)


def _print(answer: dict[str, Any]) -> None:
    for row in sorted(answer["queries"], key=lambda row: -row["median_ms"]):
        times = f"{row['median_ms']:8.2f} ms ({row['best_ms']:6.2f} – {row['worst_ms']:7.2f})"
        print(f"{times}  {row['who']:10} {row['query']:14} {row['counts']}")
    print({name: value for name, value in answer.items() if name not in ("queries", "uncommitted")})


if __name__ == "__main__":
    main()
