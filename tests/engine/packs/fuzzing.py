"""(child) `python -m tests.engine.packs.fuzzing SEED ROUNDS`: damaged packs and workbooks, one after another.

Ends with 1 and the traceback at the first thing that is neither a pack nor a list of problems; prints the most memory
that the process ever held, in MB.
"""

import contextlib
import io
import random
import re
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

from linghang.apps.appraisal.packs.workbook import pack_of_workbook, workbook_bytes, write_grids
from linghang.apps.exchange.tests.hostile import cell, package, parts, worksheet
from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.rule_text import newest_month, rule_text
from linghang.engine.packs.sheets.door import grids_of
from linghang.engine.packs.sheets.layout import all_parts
from linghang.engine.packs.texts import read_texts
from linghang.engine.problems import ProblemsFound
from linghang.engine.rules.plan import compile_plan

ROOT = Path(__file__).parents[3]
BASES = [ROOT / "packs" / "example-4x-points", *sorted((ROOT / "tests" / "packs-schemes").glob("*/"))]
LIBRARY = ROOT / "packs"
BOMB = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))])
HOSTILE = (
    BOMB, "[" * 5000, "{a: " * 3000, "- " * 4000, "9" * 5000, "-" + "9" * 400, "1e999999",
    "0x" + "f" * 900, ".nan", "9" * 19 + ".99",
    "&a x", "*a", "<<: *a", "!!python/object/apply:os.system [id]", "!!binary x", "\t", "\0", "\ufeff",
    "\u202e甲", '"\\x00"', '"\\u2028"',
    "'", '"', "|", ">", "---\n", "...\n", "%YAML 9.9\n", "? x\n", "# ", "$star9", "$" * 50,
    "每9999999999小时 9", "低于0每0% 9", "9 至 1",
    "非" * 300, "（" * 300, "角色 = “", "数量 ≥ " + "9" * 300, "条件", "甲" * 60_000, "事项",
    "数量≥", "=1+1", "@x", "🐉" * 500, "null", "~", "",
)  # fmt: skip
CELLS = (
    *(text for text in HOSTILE if "\0" not in text and len(text) < 30_000),
    "[",
    "{",
    '["',
    '{"a": [[',
    "有",
    "否",
    "-",
    "项目",
    "1,2,3",
)


class Fuzzer:
    """Damages of one seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random, self.folder, self.number = random.Random(seed), folder, 0

    def round(self) -> None:
        self.number += 1
        self.random.choice((self.yaml,) * 4 + (self.grid, self.archive, self.sheet_xml) * 2 + (self.spread,))()

    # --- folders of YAML ---------------------------------------------------------------------------------------------

    def yaml(self) -> None:
        """One to three files of a pack damaged as bytes."""
        base = self.random.choice(BASES)
        texts = {name: text.encode() for name, text in read_texts(base).items()}
        for _ in range(self.random.randint(1, 3)):
            name = self.random.choice(sorted(texts))
            texts[name] = self._damaged(texts[name])
        own = self.folder / f"p{self.number}"
        for name, data in texts.items():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_bytes(data)
        self._use(own)

    def _damaged(self, data: bytes) -> bytes:
        for _ in range(self.random.randint(1, 4)):
            data = self.random.choice(DAMAGES)(self.random, data)
        return data

    def _use(self, own: Path) -> None:
        """What loads is also said, written and compiled; what does not has problems."""
        pack, problems = load_pack(own, library=[LIBRARY])
        assert (pack is None) == bool(problems.errors)
        if pack is None:
            return
        read_cases(own, pack)
        month = newest_month(pack)
        for scheme in pack.schemes:
            rule_text(pack, scheme, month)
            compile_plan(pack, scheme, month)
        with contextlib.suppress(ProblemsFound, UnicodeDecodeError):  # texts that nothing reads may hold anything
            grids_of(read_texts(own))

    # --- workbooks ---------------------------------------------------------------------------------------------------

    def grid(self) -> None:
        """Cells of a sound workbook changed, moved and dropped."""
        grids = grids_of(read_texts(self.random.choice(BASES)))
        for _ in range(self.random.randint(1, 6)):
            grid = self.random.choice(grids)
            row = self.random.choice(grid.rows)
            match self.random.randint(0, 5):
                case 0:
                    grid.rows.remove(row)
                    grid.rows.append(row)
                case 1:
                    row.append(self.random.choice(CELLS))
                case 2:
                    grid.name = self.random.choice(["项目", "类别", "x", "参数·数值", grid.name])
                case 3:
                    grid.rows.insert(0, [self.random.choice(CELLS) for _ in range(5)])
                case _:
                    if row:
                        row[self.random.randrange(len(row))] = self.random.choice(CELLS)
        names: set[str] = set()
        kept = [g for g in grids if not (g.name in names or names.add(g.name))]
        made = io.BytesIO()
        write_grids(made, kept)
        self._take(made.getvalue())

    def archive(self) -> None:
        """The file damaged as bytes, or made to hold what it should not."""
        data = workbook_bytes(read_texts(self.random.choice(BASES)))
        if self.random.random() < 0.5:
            self._take(self._damaged(data))
            return
        made = io.BytesIO(data)
        with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
            part = self.random.choice(
                ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/sharedStrings.xml", "xl/x.xml")
            )
            size = self.random.choice((1, 1000, 30_000_000, 80_000_000))
            package.writestr(part, b" " * size)
        self._take(made.getvalue())

    def spread(self) -> None:
        """Few cells far apart, on many sheets."""
        far, rows = self.random.choice(("CZ", "DP", "ZZ", "XFD")), self.random.choice((900, 6000))
        lines = "".join(f'<row r="{n}">{cell(f"{far}{n}", "x")}</row>' for n in range(1, rows))
        path = self.folder / "spread.xlsx"
        names = [part.sheet for part in all_parts()][: self.random.choice((1, 16))]
        package(path, parts({name: worksheet(lines) for name in names}))
        self._take(path.read_bytes())

    def sheet_xml(self) -> None:
        """The XML of one part damaged as text."""
        data = workbook_bytes(read_texts(self.random.choice(BASES)))
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            contents = {name: package.read(name) for name in package.namelist()}
        name = self.random.choice([n for n in contents if n.endswith((".xml", ".rels"))])
        text = contents[name].decode()
        old, new = self.random.choice(XML)
        contents[name] = text.replace(old, new, self.random.choice((1, 1, 3, -1))).encode("utf-8", "surrogatepass")
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
            for part, content in contents.items():
                package.writestr(part, content)
        self._take(made.getvalue())

    def _take(self, data: bytes) -> None:
        path = self.folder / f"b{self.number}.xlsx"
        path.write_bytes(data)
        try:
            texts, errors = pack_of_workbook(path, library=[LIBRARY], locking=True).texts, 0
        except ProblemsFound as found:
            texts, errors = {}, sum(problem.severity == "error" for problem in found.problems)
        assert bool(texts) != bool(errors)
        path.unlink()


def _cut(of: random.Random, data: bytes) -> bytes:
    return data[: of.randrange(len(data) + 1)]


def _flip(of: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(of.randint(1, 20)):
        if found:
            found[of.randrange(len(found))] = of.randrange(256)
    return bytes(found)


def _insert(of: random.Random, data: bytes) -> bytes:
    at = of.randrange(len(data) + 1)
    return data[:at] + of.choice(HOSTILE).encode("utf-8", "surrogatepass") + data[at:]


def _lines(of: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    first, second = of.randrange(len(lines)), of.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _value(of: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = of.randrange(len(lines))
    lines[at] = lines[at].partition(b":")[0] + b": " + of.choice(HOSTILE).encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def _repeat(of: random.Random, data: bytes) -> bytes:
    return data * of.choice((2, 30, 300)) if len(data) < 20_000 else data


def _encoded(of: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(of.choice(("utf-16", "gb18030", "utf-32", "utf-8-sig")))


def _noise(of: random.Random, _: bytes) -> bytes:
    return of.randbytes(of.choice((0, 1, 100, 10_000)))


DAMAGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _cut, _flip, _insert, _insert, _insert, _lines, _value, _value, _repeat, _encoded, _noise,
)  # fmt: skip
XML = (
    ("<v>", "<f>1+1</f><v>"), ("<v>", "<f/><v>"), ("<v>", "<v>9"), ("<v>", "<v>-"), (' r="2"',
    ' r="99999999"'), (' r="A', ' r="ZZZZ'),
    ("<?xml", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><?xml'), ('t="s"',
    't="e"'), ('t="s"', 't="d"'),
    ("<row", "<row>" * 500 + "<row"), ("<si>", "<si><si>"), ("<t>", "<t>&b;"), ("</sheetData>", ""),
    ("<sheetData>", "<sheetData>" * 80),
    ('count="', 'count="999999999999'), ("<sheet ", '<sheet state="hidden" '), ("<c ", '<c t="b" '),
    ("<t>", "<t>_x0000_"), (">", ">" + "<a>" * 50),
    ("<sheetData>", "<sheetData>" + '<row r="1"><c r="A1"><v>1e400</v></c></row>' * 3), ('Type="',
    'TargetMode="External" Type="'),
)  # fmt: skip


def main(seed: int, rounds: int) -> int:
    """Run the rounds; what fails is named by its round."""
    with tempfile.TemporaryDirectory() as made:
        fuzzer = Fuzzer(seed, Path(made))
        for number in range(rounds):
            try:
                fuzzer.round()
            except BaseException:  # noqa: BLE001 -- whatever it is, it is what is looked for
                print(f"seed {seed}, round {number}")
                traceback.print_exc(file=sys.stdout)
                return 1
    status = Path("/proc/self/status").read_text(encoding="ascii")  # not ru_maxrss, which counts the parent's as well
    print(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
