"""What the worker runs for packs: a version is tried on a past month."""

from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.urls import reverse

from linghang.apps.appraisal.operations.simulations import SIMULATE
from linghang.apps.appraisal.packs import simulating
from linghang.apps.appraisal.queries.simulations import read_records, simulation_of
from linghang.apps.exchange.sheets import Column, Kind, Stamp, Table, write_workbook
from linghang.apps.jobs.data import JobHandle
from linghang.apps.jobs.operations import job_kind, run_in_child
from linghang.engine.periods import Month
from linghang.ui.web import clock


@job_kind(SIMULATE)
def simulate_pack(job: JobHandle) -> None:
    """Settle twice in a child process; the page shows the largest changes, the workbook everybody's."""
    said = job.arguments
    month = Month.from_index(said["month"])
    wanted = simulation_of(
        old=UUID(said["old"]), new=UUID(said["new"]), scheme=said["scheme"], node=UUID(said["node"]), month=month
    )
    records, table = read_records(wanted, job.work_dir / "records.parquet"), job.work_dir / "changed.xlsx"
    job.check_cancelled()
    found = run_in_child(simulating.simulate, wanted, records, on_progress=job.progress, cancelled=job.cancelled)
    rows: list[simulating.ChangedRow] = found["rows"]
    _write(table, wanted, found)
    shown = [asdict(row) for row in rows[: simulating.MOST_SHOWN]]
    job.set_result(
        words=f"{len(rows)} 人有变化，{found['unchanged']} 人不变",
        files={f"试算-{month}.xlsx": table},
        links={"查看名单": reverse("appraisal:simulation", args=[job.uuid])},
        data={**found, "rows": shown, "changed": len(rows), "month": str(month), "new_version": said["new"]},
    )


def _write(target: Path, wanted: simulating.Simulation, found: dict[str, object]) -> None:
    columns = [
        Column("姓名"), Column("组织", width=28), Column("原来", Kind.POINTS), Column("新版", Kind.POINTS),
        Column("变化", Kind.POINTS), Column("因为哪些项目", width=60),
    ]  # fmt: skip
    rows: list[simulating.ChangedRow] = found["rows"]  # type: ignore[assignment]  # as `simulate` gives it
    cells = [
        (row.name, row.place, row.before, row.after, (row.after or 0) - (row.before or 0), row.because) for row in rows
    ]
    notes = [
        f"{wanted.month.words}，{found['old']} → {found['new']}。各支部都按已关账计算。",
        "只供修订办法时参考，不是核算结果。",
        "本系统为非涉密系统，严禁存储、处理、传输涉密信息",
    ]
    title = f"{wanted.month.words}两版办法的比较"
    write_workbook(target, [Table("变化", columns, cells, title=title, notes=notes)], Stamp(made_at=clock.now()))
