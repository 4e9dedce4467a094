"""A trial with a small result, written as a child would write it."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model

from linghang.apps.appraisal.data.trials import TrialState
from linghang.apps.appraisal.models.trials import Trial
from linghang.apps.appraisal.trials.folder import make_folder, mapping_file, write_json
from linghang.apps.appraisal.trials.schema import RESULT_TABLES, packed
from linghang.ui.web.viewer import Viewer

NOW = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)
FILES = [
    {"role": "roster", "stored": "roster.xlsx", "name": "花名册.xlsx"},
    {"role": "records", "stored": "records-1.xlsx", "name": "一季度.xlsx"},
]
PROBLEM = {
    "place": {"file": "一季度.xlsx", "line": 0, "sheet": "志愿服务", "cell": "D4", "column": ""},
    "code": "unknown-member",
    "message": "名册里没有甲某某",
    "hint": "核对姓名",
    "severity": "error",
}
PROPOSAL = {
    "readable": True,
    "kinds": [{"title": "志愿服务", "attributes": {"角色": ["参加者", "组织者"]}}],
    "files": [
        {"stored": "roster.xlsx", "doubts": [], "fingerprint": "r", "sheets": [{
            "sheet": "名册", "called": "名册", "first": 0, "last": 0, "rows": 3, "doubts": [],
            "columns": [{"column": 0, "letter": "A", "title": "编号", "samples": ["P1"], "doubts": []},
                        {"column": 1, "letter": "B", "title": "姓名", "samples": ["张三"], "doubts": []}]}]},
        {"stored": "records-1.xlsx", "doubts": [], "fingerprint": "f", "sheets": [{
            "sheet": "志愿服务", "called": "志愿服务", "first": 0, "last": 0, "rows": 4, "doubts": [],
            "columns": [{"column": 0, "letter": "A", "title": "姓名", "samples": ["张三"], "doubts": []},
                        {"column": 1, "letter": "B", "title": "哪天", "samples": ["3月5日"], "doubts": [PROBLEM]}]}]},
    ],
}  # fmt: skip
MAPPINGS = {
    "roster.xlsx": "版本: 1\n名册:\n  - 工作表: 名册\n    表头行: 1\n    列: {编码: A, 姓名: B}\n",
    "records-1.xlsx": (
        "版本: 1\n记录:\n  - 工作表: 志愿服务\n    表头行: 1\n    版式: 明细\n"
        "    事项: 志愿服务\n    列: {姓名: A, 日期: B}\n"
        '    标记:\n      "√": {}\n'
    ),
}
ABOUT = {
    "pack": "example 1.0.0 · abc", "pack_title": {"zh": "示例"}, "invented": True, "document": {"number": ""},
    "scheme": {"zh": "党员积分", "en": "Member points"}, "period": "2026-03", "months": ["2026-02", "2026-03"],
    "engine": "duckdb", "result_hash": "0123456789abcdef", "made_at": NOW.isoformat(), "left_out": 1, "facts": 2,
    "grades": [{"title": "季度评星", "span": "2026年1季度", "bands": ["五星", "四星"]}],
}  # fmt: skip
LINES = [
    {"day": "2026-03-01", "title": "学习基础分", "clause": "基础分", "given": 1000, "counted": 1000, "reason": "",
     "file": "", "sheet": "", "cell": ""},
    {"day": "2026-03-05", "title": "志愿服务", "clause": "第十条", "given": 600, "counted": 400,
     "reason": "本项月上限，2.00 未计", "file": "一季度.xlsx", "sheet": "志愿服务", "cell": "D5"},
]  # fmt: skip


def make_trial(owner: Viewer, state: TrialState = TrialState.READY, **values) -> Trial:
    """A trial of that person with files, proposal, problems and a result of three members."""
    return trial_for(get_user_model().objects.get(uuid=owner.uuid), state, **values)


def trial_for(user, state: TrialState = TrialState.READY, **values) -> Trial:
    usual = {
        "title": "试算 2026年3月 示例", "pack": "example-4x-points", "scheme": "member-points", "period": "2026-03",
        "files": FILES, "state": state, "created_at": NOW, "expires_at": NOW + timedelta(hours=24),
    }  # fmt: skip
    row = Trial.objects.create(owner=user, **(usual | values))
    folder = make_folder(row.uuid)
    for name, text in MAPPINGS.items():
        (folder / name).write_bytes(b"PK")
        (folder / mapping_file(name)).write_text(text)
    write_json(folder / "proposal.json", PROPOSAL)
    write_json(folder / "problems.json", [PROBLEM])
    (folder / "out").mkdir()
    for name in ("statements.xlsx", "totals.parquet"):
        (folder / "out" / name).write_bytes(b"PK" + name.encode())
    if state is TrialState.READY:
        write_result(folder / "result.sqlite")
    return row


def write_result(path) -> None:
    with sqlite3.connect(path) as result:
        result.executescript(RESULT_TABLES)
        result.executemany("INSERT INTO about VALUES (?,?)", [(k, json.dumps(v)) for k, v in ABOUT.items()])
        rows = [
            (0, "P1", "张三", "一支部", "正式党员", "complete", 1400, 26550, "四星", "graded", "张三 p1 一支部"),
            (1, "P2", "李四", "一支部", "正式党员", "provisional", 1000, 9000, "", "not_graded", "李四 p2 一支部"),
            (2, "P3", "王五", "二支部", "预备党员", "exempt", None, None, "", "", "王五 p3 二支部"),
        ]
        result.executemany("INSERT INTO members VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)
        for month, lines in (("2026-02", LINES[:1]), ("2026-03", LINES)):
            result.execute("INSERT INTO statements VALUES (?,?,?)", ("P1", month, packed(_body(lines))))
    result.close()


def _body(lines) -> dict:
    total = sum(line["counted"] for line in lines)
    grade = {
        "grade": "季度评星", "span": "2026年1季度", "total": 26550, "band": "四星", "next_band": "五星", "missing": 450,
        "last_chance": "2026-03-31",
    }  # fmt: skip
    return {
        "state": "complete", "total": total, "sentence": "3月得 14.00 分。", "lines": lines, "unknown": [],
        "categories": [{"title": "学习", "got": total, "cap": 1500, "base": 1000}], "grades": [grade],
        "spans": [{"words": "2026年1季度", "months": [["2026-02", 1000], ["2026-03", 1400]]}],
    }  # fmt: skip
