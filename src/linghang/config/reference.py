"""The reference page of the options, generated: `python -m linghang.config.reference > docs/reference/options.md`."""

import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

from linghang.config.options import INI, PREFIX, REPOSITORY, Options
from linghang.config.table import default_of

KINDS: dict[Any, str] = {
    str: "文字",
    int: "整数",
    bool: "是/否",
    Path: "路径",
    Path | None: "路径",
    list[str]: "列表",
    date | None: "日期",
}
HEAD = f"""# 选项

本页由 `python -m linghang.config.reference` 从 `src/linghang/config/options.py` 生成，请勿手改。

选项写在环境变量里，或写在数据目录的 `{INI}` 的 `[linghang]` 一节里；环境变量优先。
密钥、密码和数据库地址也可以放在文件里，用 `{PREFIX}<名称>_FILE` 指明文件。
写错的值会使启动停下，并说明错在哪里。

| 选项 | 环境变量 | 类型 | 默认 | 含义 |
|---|---|---|---|---|
"""


def reference_page() -> str:
    """The whole page, as Markdown."""
    kinds = get_type_hints(Options)
    rows = []
    for row in fields(Options):
        variable = f"`{PREFIX}{row.name.upper()}`" + ("（或 `…_FILE`）" if row.metadata["secret"] else "")
        kind = "、".join(row.metadata["choices"]) or KINDS[kinds[row.name]]
        if any(row.metadata["bounds"]):
            kind += " {}–{}".format(*row.metadata["bounds"])
        rows.append(f"| `{row.name}` | {variable} | {kind} | {_shown(default_of(row))} | {row.metadata['meaning']} |\n")
    return HEAD + "".join(rows)


def _shown(value: Any) -> str:
    if value is None or value in ("", []):
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Path) and value.is_relative_to(REPOSITORY):
        value = value.relative_to(REPOSITORY)
    return f"`{','.join(value) if isinstance(value, list) else value}`"


if __name__ == "__main__":
    sys.stdout.write(reference_page())
