"""`linghang import` brings a table in as its page does, or says which cell is wrong and writes nothing."""

import os
import subprocess
import sys

import pytest

from linghang.apps.access.tests.world import make_account
from linghang.apps.exchange.models import Import
from linghang.apps.org.models import Person
from linghang.apps.org.tests.imports.walk import workbook
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = ["姓名", "工号", "支部", "政治面貌", "转入日期"]
GOOD = ["张三", "1001", "磨浮党支部", "正式党员", "2021-07-01"]
BAD = ["李四", "1002", "没有这个党支部", "正式党员", "2021-07-01"]


@pytest.fixture
def run(test_database, tmp_path):
    """The command on this test's database, with the code of what it ended with and what it printed."""
    units = two_units()
    make_account("liwen", "officer", units["parent"].node)
    make_account("wang", "member", units["below"].node)

    def call(*words: str) -> tuple[int, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LINGHANG_")}
        environment |= {
            "LINGHANG_DATABASE_URL": test_database.app_url,
            "LINGHANG_DATABASE_OWNER_URL": test_database.owner_url,
        }
        command = [sys.executable, "-m", "linghang.cli", "import", *words, "--data", str(tmp_path / "var")]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        return done.returncode, done.stdout + done.stderr

    return call


def table(tmp_path, *rows) -> str:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook({"名册": [HEAD, *rows]}))
    return str(path)


def names() -> set[str]:
    with system_scope(reason="test"):
        return set(Person.objects.values_list("name", flat=True))


def test_a_good_table_is_written_once_in_somebodys_name(run, tmp_path):
    code, told = run("roster", table(tmp_path, GOOD), "--as", "liwen", "--check")
    assert (code, names()) == (0, set()), told
    code, told = run("roster", table(tmp_path, GOOD), "--as", "LiWen")
    assert (code, told.strip()) == (0, "已导入：新增 1 行，变更 0 行，没有变化 0 行。")
    assert names() == {"张三"}
    done = Import.objects.get()
    assert (done.state, done.starter.username) == ("done", "liwen")
    code, told = run("roster", table(tmp_path, GOOD), "--as", "liwen")
    assert (code, told.strip()) == (0, "没有写入：新增 0 行，变更 0 行，没有变化 1 行。")


def test_one_wrong_cell_is_named_and_nothing_is_written(run, tmp_path):
    code, told = run("roster", table(tmp_path, GOOD, BAD), "--as", "liwen")
    assert code == 1
    assert "名册!C3" in told
    assert "没有写入任何内容" in told
    assert names() == set()
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("roster", "花名册.xlsx", "--as", "wang"), "您现在的职务不能导入这一类表"),
        (("roster", "花名册.xlsx", "--as", "nobody"), "没有用户名为“nobody”的账号"),
        (("people", "花名册.xlsx", "--as", "liwen"), "没有“people”这种导入，可以写：organisations"),
        (("roster", "none.xlsx", "--as", "liwen"), "没有这个文件"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(run, tmp_path, words, told):
    table(tmp_path, GOOD)
    code, said = run(words[0], str(tmp_path / words[1]), *words[2:])
    assert code == 1
    assert told in said
    assert "Traceback" not in said
    assert names() == set()
