"""The demo from the first start on: five units come in, are checked, saved, brought back and checked again."""

import re
import subprocess


def linghang(installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [installation.command()[0], *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def counts(installation) -> dict[str, int]:
    tables = ("org_organisation", "org_person", "org_link", "ledger_fact", "ledger_chainentry", "loops_case")
    with installation.connect() as app:
        return {table: app.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def test_the_first_start_says_what_the_demo_holds_and_where_its_accounts_are(running_demo):
    assert re.search(r"演示数据 +5 个单位 · 1139 人 · \d{5} 条记录", running_demo.said)
    accounts = running_demo.data / "demo-accounts.txt"
    assert accounts.stat().st_mode & 0o777 == 0o600
    text = accounts.read_text(encoding="utf-8")
    assert "只能在运行演示系统的这台电脑上用" in text
    assert text.count("党务干部") >= 5
    assert re.search(r"密码 (\S+)", text)[1] not in running_demo.said  # read it in the file, on this machine


def test_the_demo_holds_what_real_life_holds(running_demo):
    """Late entries, reversals, transfers on the way, a problem that was sent back, a branch with a gap."""
    with running_demo.connect() as app:
        late, all_of = app.execute(
            "SELECT count(*) FILTER (WHERE (recorded_at AT TIME ZONE 'Asia/Shanghai')::date - occurred_on > 5),"
            " count(*) FROM ledger_fact"
        ).fetchone()
        reversed_ones = app.execute("SELECT count(*) FROM ledger_fact WHERE reverses_id IS NOT NULL").fetchone()[0]
        sent_back = app.execute("SELECT count(*) FROM loops_case WHERE refused > 0").fetchone()[0]
        tops = app.execute("SELECT count(DISTINCT top_id) FROM ledger_fact").fetchone()[0]
        visits = app.execute("SELECT count(*) FROM ledger_fact WHERE kind = 'contact.visit'").fetchone()[0]
    assert 0.04 < late / all_of < 0.12
    assert reversed_ones > 5
    assert sent_back == tops == 5
    assert visits == 2 * 6 + 2 * 6 - 1


def test_every_record_of_the_demo_verifies_and_survives_backup_and_restore(running_demo, installation, tmp_path):
    checked = linghang(running_demo, "ledger", "verify", "--data", str(running_demo.data))
    assert checked.returncode == 0, checked.stderr
    assert "核验通过" in checked.stdout
    target = tmp_path / "demo.tar"
    saved = linghang(running_demo, "backup", "--to", str(target), "--data", str(running_demo.data))
    assert saved.returncode == 0, saved.stderr
    keys = str(running_demo.data / "keys")
    back = linghang(running_demo, "restore", str(target), "--data", str(installation.data), "--keys", keys)
    assert back.returncode == 0, back.stderr
    again = linghang(running_demo, "ledger", "verify", "--data", str(installation.data))
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[-1] == checked.stdout.splitlines()[-1]
    installation.start()
    assert counts(installation) == counts(running_demo)
    assert installation.stop() == 0


def test_three_months_of_a_member_add_up_to_four_stars_and_the_correction_stands_in_april(running_demo):
    with running_demo.connect() as app:
        hero = app.execute(
            "SELECT p.uuid FROM org_person p JOIN access_user u ON u.id = p.user_id WHERE u.username = 'qy-member'"
        ).fetchone()
        months = app.execute(
            "SELECT counted, final FROM appraisal_statement WHERE subject = %s AND scheme = 'member-points'"
            " ORDER BY month LIMIT 3",
            hero,
        ).fetchall()
        star = app.execute(
            "SELECT total, band, final FROM appraisal_graderesult WHERE subject = %s ORDER BY month LIMIT 1", hero
        ).fetchone()
        put_right = app.execute(
            "SELECT counted, booked - month, final FROM appraisal_adjustment WHERE subject = %s", hero
        ).fetchall()
    assert months == [(8800, True), (9150, True), (8600, True)]
    assert star == (26550, "star4", True)
    assert put_right == [(350, 1, True)]


def test_the_months_of_the_demo_stand_where_those_of_real_life_stand(running_demo):
    """One objection was upheld and one was not; of October some branches are shown, one has not closed."""
    with running_demo.connect() as app:
        outcomes = {row[0] for row in app.execute("SELECT outcome FROM appraisal_objection")}
        last = app.execute(
            "SELECT o.code, b.state FROM appraisal_book b JOIN org_organisation o ON o.id = b.place_id"
            " WHERE b.scheme = 'member-points' AND o.code LIKE 'QY%'"
            " AND b.month = (SELECT max(month) FROM appraisal_statement)",
        ).fetchall()
        late = app.execute("SELECT count(*) FROM appraisal_adjustment WHERE final").fetchone()[0]
    assert outcomes == {"upheld", "rejected"}
    assert dict(last)["QY12"] == "recording"  # has not closed its month
    assert {"announced", "public"} <= {state for _code, state in last}
    assert late > 20  # written down late, booked later


def test_in_each_unit_somebody_has_four_stars_and_in_the_one_with_a_whole_year_for_three_quarters(running_demo):
    """So that the lists of a year's end are not empty there."""
    with running_demo.connect() as app:
        quarters = app.execute(
            "SELECT left(o.code, 2), g.subject, count(*) FROM appraisal_graderesult g"
            " JOIN appraisal_book b ON b.id = g.book_id JOIN org_organisation o ON o.id = b.place_id"
            " WHERE g.scheme = 'member-points' AND g.band = 'star4' AND g.final GROUP BY 1, 2"
        ).fetchall()
    assert {unit for unit, _person, _count in quarters} == {"YL", "XL", "QY", "TL", "WS"}
    assert {unit for unit, _person, count in quarters if count == 3} == {"QY"}
