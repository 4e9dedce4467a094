"""Options are read from one table; what is wrong is said in sentences, all at once."""

from datetime import date
from pathlib import Path

import pytest

from linghang.config.options import REPOSITORY, OptionsInvalidError, load_options
from linghang.config.reference import reference_page


def given(folder: Path, ini: str = "", **variables: str):
    (folder / "linghang.ini").write_text(f"[linghang]\n{ini}", encoding="utf-8")
    return load_options({"LINGHANG_DATA_DIR": str(folder), **{f"LINGHANG_{k}": v for k, v in variables.items()}})


def test_the_reference_page_says_what_the_table_says():
    page = REPOSITORY / "docs" / "reference" / "options.md"
    assert page.read_text(encoding="utf-8") == reference_page(), (
        "stale: run python -m linghang.config.reference > docs/reference/options.md"
    )


def test_the_environment_wins_over_the_file(tmp_path):
    assert given(tmp_path, "port = 9000\nhttps = 是").port == 9000
    options = given(tmp_path, "port = 9000\nhttps = 是", PORT="9001")
    assert (options.port, options.https) == (9001, True)


def test_a_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "mail").write_text("s3cret\n")
    assert given(tmp_path, EMAIL_PASSWORD_FILE=str(tmp_path / "mail")).email_password == "s3cret"


def test_secrets_are_not_shown_when_options_are_printed(tmp_path):
    assert "s3cret" not in repr(given(tmp_path, EMAIL_PASSWORD="s3cret", SECRET_KEY="s3cret"))


def test_everything_wrong_is_said_at_once(tmp_path):
    with pytest.raises(OptionsInvalidError) as refusal:
        given(tmp_path, "port = 70000\nprot = 1\nhttps = maybe", TODAY="2026-02-30", DATABASE_URL="mysql://x/y")
    text = str(refusal.value)
    assert "linghang.ini 里的 port：须是 1 到 65535 之间的整数，现在是“70000”。" in text
    assert "prot 不是本系统的选项" in text
    assert "https：只能是 是/否" in text
    assert "环境变量 LINGHANG_TODAY：须是日期" in text
    assert "database_url 须写作 postgresql://" in text


def test_today_can_be_set_in_demo_installations_only(tmp_path):
    with pytest.raises(OptionsInvalidError, match="只能用于演示安装"):
        given(tmp_path, TODAY="2026-03-31")
    assert given(tmp_path, TODAY="2026-03-31", DEMO="yes").today == date(2026, 3, 31)


def test_the_key_kept_in_the_data_folder_is_used_and_never_a_known_one(tmp_path):
    assert given(tmp_path).secret_key != given(tmp_path).secret_key
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret-key").write_text("kept\n")
    assert given(tmp_path).secret_key == "kept"


def test_a_broken_file_is_a_sentence(tmp_path):
    with pytest.raises(OptionsInvalidError, match="读不出来"):
        given(tmp_path, "[[[\nno equals sign")


def test_parameters_of_the_address_reach_the_driver(tmp_path):
    options = given(tmp_path, DATABASE_URL="postgresql://a%40b:p%2Fw@db.example:5433/linghang?sslmode=require")
    entry = options.database()
    assert (entry["USER"], entry["PASSWORD"], entry["PORT"]) == ("a@b", "p/w", 5433)
    assert entry["OPTIONS"] == {"sslmode": "require"}
