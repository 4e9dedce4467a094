"""Whatever lies in a pack's folder: problems, never an exception, quickly and within bounded memory."""

import contextlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.engine.packs.cases import read_cases
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Month
from linghang.engine.rules.plan import compile_plan

PACKS = Path(__file__).parents[3] / "packs"
FILES = ("pack.yaml", "parameters.yaml", "schemes/member.yaml", "pack.lock.yaml", "cases/late.yaml")
TEXTS = {name: (PACKS / "example-4x-points" / name).read_text(encoding="utf-8") for name in FILES}
WORDS = (
    *(
        "&a ",
        "*a",
        "!!int ",
        "<<: ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "\n",
        "\t",
        "'",
        '"',
        "|\n",
        "#",
        "~",
        "$",
        "-",
        ",",
    ),
    *(
        "非",
        "任意",
        "每满",
        "至",
        "≥",
        "<",
        "、",
        "0",
        "-1",
        "1e9",
        "99999999999999999999",
        "2025-13-01",
        "no",
        "\u202e",
        "\0",
    ),
    *("zh", "得分", "数量≥", "事项", "study.hours", "$star5", "month", "title", "id", "values", "table", "norm"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("packs")
    shutil.copytree(PACKS / "national", root / "national")
    shutil.copytree(PACKS / "example-4x-points", root / "pack")
    shutil.rmtree(root / "pack" / "cases")
    (root / "pack" / "cases").mkdir()
    return root / "pack"


def load_all(folder: Path) -> None:
    pack, problems = load_pack(folder)
    assert (pack is None) == bool(problems.errors)
    if pack:
        read_cases(folder, pack)
        for scheme in pack.schemes:
            with contextlib.suppress(LookupError):  # a parameter that has no value in the month yet
                compile_plan(pack, scheme, Month(2026, 3))


mutations = st.lists(
    st.tuples(st.integers(0, 8000), st.integers(0, 12), st.sampled_from(WORDS) | st.text(max_size=3)),
    min_size=1,
    max_size=4,
)


@given(name=st.sampled_from(FILES), changes=mutations)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_pack_gives_problems_and_no_exception(
    folder: Path, name: str, changes: list[tuple[int, int, str]]
) -> None:
    text = TEXTS[name]
    for start, length, word in changes:
        at = start % (len(text) + 1)
        text = text[:at] + word + text[at + length :]
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_all(folder)
    finally:
        (folder / name).write_text(TEXTS[name], encoding="utf-8")


@given(name=st.sampled_from(FILES), data=st.binary(max_size=400))
@settings(max_examples=80, deadline=None)
def test_random_bytes_give_problems_and_no_exception(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    try:
        load_all(folder)
    finally:
        (folder / name).write_text(TEXTS[name], encoding="utf-8")


def many_keys() -> str:
    return "".join(f"key-number-{n}: 1\n" for n in range(45_000))


def many_rows() -> str:
    rows = "".join(f"        - [v{n}, {n}]\n" for n in range(20_000))
    return TEXTS["schemes/member.yaml"].replace("        - [线上课程, 每满2小时 0.50]\n", rows)


def many_items() -> str:
    item = "  - {id: i%d, title: 甲, clause: 乙, category: x, facts: no.kind-%d, norm: {at_least: 1, short: -1}}\n"
    return TEXTS["schemes/member.yaml"].replace(
        "\ngrades:", "\n" + "".join(item % (n, n) for n in range(2_500)) + "\ngrades:"
    )


def long_words() -> str:
    return TEXTS["schemes/member.yaml"].replace("study.hours", "x" * 300_000).replace("第五条", "长" * 100_000)


def long_numbers() -> str:
    return TEXTS["schemes/member.yaml"].replace("10.00", "9" * 400_000).replace("0.50", "1e999999999")


HOSTILE = {
    "many-keys": many_keys,
    "many-rows": many_rows,
    "many-items": many_items,
    "long-words": long_words,
    "long-numbers": long_numbers,
    "deep": lambda: "a: " + "[" * 400_000,
    "bomb": lambda: "a: &a [x]\n" + "".join(f"b{n}: [{'*a,' * 300}]\n" for n in range(300)),
    "quotes": lambda: "a: '" + "''" * 400_000,
    "block": lambda: "a: |\n" + "  x\n" * 200_000,
    "comments": lambda: "#" * 400_000 + "\n" + "# x\n" * 100_000,
    "percent": lambda: "%" * 900_000,
    "anchors": lambda: "&" * 900_000,
    "colons": lambda: ": " * 400_000,
    "questions": lambda: "? a\n" * 200_000,
}
MEASURE = """
import sys, time
from pathlib import Path
from linghang.engine.packs.load import load_pack
started = time.monotonic()
pack, problems = load_pack(Path(sys.argv[1]))
assert pack is None and len(problems), problems
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, round(time.monotonic() - started, 2), next(iter(problems)).code)
"""


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_content_is_refused_within_200_mb_and_ten_seconds(workshop, name: str) -> None:
    (workshop.example / "schemes" / "member.yaml").write_text(HOSTILE[name](), encoding="utf-8")
    started = time.monotonic()
    command = [sys.executable, "-c", MEASURE, str(workshop.example)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    megabytes, _seconds, _code = done.stdout.split()
    print(f"{name}: {done.stdout.strip()}")
    assert int(megabytes) < 200
    assert time.monotonic() - started < 10


def test_a_million_keys_are_refused_before_they_are_read(workshop) -> None:
    (workshop.example / "parameters.yaml").write_text("".join(f"k{n}: 1\n" for n in range(1_000_000)), encoding="utf-8")
    assert workshop.only("file-too-large")


def test_a_named_pipe_in_place_of_a_file_does_not_hang(workshop) -> None:
    import os

    path = workshop.example / "pack.yaml"
    path.unlink()
    os.mkfifo(path)
    assert workshop.only("file-missing")
