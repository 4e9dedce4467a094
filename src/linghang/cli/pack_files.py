"""linghang pack export, import, schema: a pack as a workbook and back, and what editors need to know of its files."""

import argparse
import json
from pathlib import Path

from linghang.apps.appraisal.packs.workbook import pack_of_workbook, workbook_bytes
from linghang.cli.printing import print_problems
from linghang.engine.packs.json_schema import schemas
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.texts import read_texts
from linghang.engine.problems import Place, Problem, ProblemsFound


def export(options: argparse.Namespace) -> int:
    """Write a sound pack as a workbook; an existing file is left alone."""
    pack, problems = load_pack(options.pack)
    if pack is None:
        raise ProblemsFound(problems)
    if options.file.exists():
        print(f"{options.file} 已经存在，没有改动。换一个文件名，或先移走它。")
        return 1
    options.file.write_bytes(workbook_bytes(read_texts(options.pack)))
    print(f"已写出 {options.file}：{pack.label}。")
    return 0


def take(options: argparse.Namespace) -> int:
    """Write the pack in a workbook as a folder; nothing is written where anything is wrong."""
    folder: Path = options.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(f"{folder} 里已有内容，没有改动。换一个文件夹。")
        return 1
    if not options.file.is_file():
        place = Place(file=str(options.file))
        raise ProblemsFound([Problem(place, "file-missing", f"没有文件 {options.file}", "检查文件名")])
    taken = pack_of_workbook(options.file, library=options.library or [folder.resolve().parent])
    for name, text in taken.texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if len(taken.problems):
        print_problems(taken.problems)
    print(f"已写出 {folder}：{taken.label}，算例 {taken.cases} 个。")
    return 0


def schema(options: argparse.Namespace) -> int:
    """Print the schemas, or write each beside the name of the files that it is for."""
    if options.folder is None:
        print(json.dumps(schemas(), ensure_ascii=False, indent=1))
        return 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas().items():
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (options.folder / name).write_text(text, encoding="utf-8")
    print(f"已写出 {options.folder}：{'、'.join(schemas())}。")
    return 0
