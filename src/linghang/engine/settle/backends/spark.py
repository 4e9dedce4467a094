"""Settlement on Spark: executors read, price and sum up the facts, and each limits the members whose sums it gets.

The SQL is that of `sql` in Spark's dialect; the limits are those of every backend. With facts and results in files that
executors reach, neither passes the driver.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import redirect_stdout
from importlib.metadata import version
from io import StringIO
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from linghang.engine.facts import Fact, FactFile, FactTable, Stored
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.backends.backend import stand
from linghang.engine.settle.backends.columns import RosterFile, fact_table
from linghang.engine.settle.backends.dialects import in_dialect
from linghang.engine.settle.backends.fact_view import plan_facts
from linghang.engine.settle.backends.spark_parts import GIVEN, Handing, Parts, PartWork, Sent
from linghang.engine.settle.backends.spark_session import connected, without_pandas_warning
from linghang.engine.settle.backends.sql import placed, pricing
from linghang.engine.settle.backends.tables import code_table, membership, people, plan_tables
from linghang.engine.settle.limits import Rules
from linghang.engine.settle.membership import Closed
from linghang.engine.settle.parts import TABLES, Progress

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Found = TypeVar("Found")
CELLS_PER_PART = 1_500_000  # items × months × members of a partition: each costs an exchange of its own
LEAST_MEMBERS = 500  # of a part: fewer cost more to start than they take
SMALL = 2_000_000  # rows of a table that every executor may hold: below, facts are not moved to be joined with it
SECONDS = 0.3  # between two looks at how far it is


class SparkEngine:
    """Settles on the cluster of `master`; without one, where this process is connected, or on this machine alone."""

    name = "spark"

    def __init__(self, master: str = "") -> None:
        self.master = master

    @property
    def versions(self) -> Mapping[str, str]:
        return {name: version(name) for name in ("pyspark", "sqlglot")}

    def tables(
        self, plan: Plan, roster: Roster, facts: Iterable[Fact] | Stored, closed: Closed, *, progress: Progress
    ) -> Mapping[str, pa.Table]:
        """See `engines.Engine`; raises NoSparkError, and OverflowError for sums beyond 64 bits."""
        names = (*TABLES, "before") if plan.counts_back else TABLES
        found: dict[str, dict[int, pa.Table]] = {name: {} for name in names}
        with connected(self.master) as spark:
            settling = SparkSettling(spark, plan, roster, facts, closed)
            for part, name, data in settling.run(Sent(names), progress):
                found[name][part] = pa.ipc.open_stream(data).read_all()
        return {name: pa.concat_tables([of[part] for part in sorted(of)]) for name, of in found.items()}


class SparkTables:
    """A session's tables by name, as `backend.Backend` asks for them."""

    def __init__(self, spark: "SparkSession") -> None:
        self.spark = spark
        self.kept: list[DataFrame] = []

    def take_in(self, rows: pa.Table) -> "DataFrame":
        """Whole chunks only: PySpark loses rows of columns that are cut in different places."""
        return self.spark.createDataFrame(rows.combine_chunks())

    def put(self, name: str, rows: pa.Table) -> None:
        frame = self.take_in(rows)
        frame = frame.hint("broadcast") if rows.num_rows <= SMALL else frame
        frame.createOrReplaceTempView(name)

    def frame(self, sql: str) -> "DataFrame":
        return self.spark.sql(in_dialect(sql, "spark"))

    def view(self, name: str, sql: str) -> None:
        self.frame(sql).createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        self.kept.append(self.frame(sql).cache())
        self.kept[-1].createOrReplaceTempView(name)

    def let_go(self) -> None:
        """Give back what executors hold for `keep`."""
        for frame in self.kept:
            frame.unpersist()

    def batches(self, sql: str) -> Iterable[pa.RecordBatch]:
        found: Iterable[pa.RecordBatch] = self.frame(sql).toArrow().to_batches()
        return found


class SparkSettling:
    """One settlement on a session: its tables as views, and the frames that lead from facts to results."""

    def __init__(
        self,
        spark: "SparkSession",
        plan: Plan,
        roster: Roster | RosterFile,
        facts: Iterable[Fact] | Stored,
        closed: Closed,
    ) -> None:
        self.spark, self.plan, self.tables = spark, plan, SparkTables(spark)
        self.told = told = people(plan, roster)
        share = spark.sparkContext.broadcast
        self.shared = share(Rules(plan)), share(membership(plan, told, closed))
        cores = spark.sparkContext.defaultParallelism
        self.parts = _parts(plan, told.count, cores)
        spark.conf.set("spark.sql.shuffle.partitions", str(max(2 * cores, self.parts.count)))
        for name, rows in (plan_tables(plan) | told.tables).items():
            self.tables.put(name, rows)
        self._load_facts(roster, facts)
        if plan.stands:
            stand(self.tables, plan, told)
            self.tables.view("standings", "SELECT * FROM all_standings")

    def _load_facts(self, roster: Roster | RosterFile, facts: Iterable[Fact] | Stored) -> None:
        """Make the view of the plan's facts."""
        if isinstance(facts, FactTable):
            raise TypeError("facts in a database are settled by the engine that works there")
        codes = isinstance(facts, FactFile) and facts.codes
        if isinstance(facts, FactFile):
            source = self.spark.read.parquet(str(facts.path.resolve()))
        elif isinstance(roster, Roster):
            source = self.tables.take_in(fact_table(facts, roster, self.plan.attributes))
        else:
            raise TypeError("facts as objects need the roster as objects")
        if codes:
            self.tables.put("codes", code_table(roster))
        source.createOrReplaceTempView("fact_source")
        self.tables.view("facts", plan_facts(self.plan, source.columns, codes=codes))

    # --- from facts to results ---

    def sums(self) -> "DataFrame":
        """(part, cell, points, facts) of everybody, each part on one executor."""
        from pyspark.sql.functions import lit, sum

        priced = pricing(self.plan, has_unscored=self.told.has_unscored, changing=self.told.changing)
        hits = placed(self.plan, priced, low=0, size=self.parts.size)
        found = self.tables.frame(hits).withColumn("facts", lit(1))
        there = self.spark.range(self.parts.count).selectExpr(
            "CAST(id AS INT) AS part", "0 AS cell", "0L AS points", "0 AS facts"
        )
        spread = found.unionAll(there).repartitionById(self.parts.count, "part")  # a part without facts is there, too
        return spread.groupBy("part", "cell").agg(
            sum("points").alias("points"), sum("facts").cast("int").alias("facts")
        )

    def results(self, hand_over: Handing) -> "DataFrame":
        """(part, name, data) as `hand_over` gives them, and of each part a row without a name."""
        work = PartWork(*self.shared, self.parts, hand_over)
        schema = ", ".join(f"{name} {kind}" for name, kind in GIVEN.items())
        with without_pandas_warning():
            return self.sums().mapInArrow(work.run, schema)

    def explain(self, hand_over: Handing) -> str:
        """Spark's own physical plan."""
        with redirect_stdout(StringIO()) as text:
            self.results(hand_over).explain("formatted")
        return text.getvalue()

    def run(self, hand_over: Handing, progress: Progress) -> Iterator[tuple[int, str, bytes]]:
        """Settle; gives what was handed over. Stops on the cluster when `progress` raises."""
        try:
            found = _watched(self.spark, self.results(hand_over).toArrow, progress)
        finally:
            self.tables.let_go()
            for value in self.shared:
                value.unpersist()
        settled = found.filter(pc.equal(found["name"], ""))["part"].to_pylist()
        if sorted(settled) != list(range(self.parts.count)):
            raise RuntimeError("Spark did not settle every part exactly once")
        for row in (row for batch in found.to_batches() for row in zip(*batch.columns, strict=True)):
            part, name, data = row
            if name.as_py():
                yield part.as_py(), name.as_py(), data.as_buffer()


def _parts(plan: Plan, members: int, cores: int) -> Parts:
    """As many members as a partition takes, and fewer where cores would have nothing to do."""
    months = plan.counts_back + len(plan.months)
    size = max(1, CELLS_PER_PART // max(1, len(plan.items) * months))
    return Parts(members, min(size, max(LEAST_MEMBERS, -(-members // (2 * cores)))))


# --- while it runs ---


def _watched(spark: "SparkSession", run: Callable[[], Found], progress: Progress) -> Found:
    """Run an action in a thread, so that progress can be told, and the cluster stops when nobody wants it any more."""
    from pyspark.errors import PySparkException

    group = f"linghang-{uuid4()}"

    def work() -> Found:
        spark.sparkContext.setJobGroup(group, "settle", interruptOnCancel=True)
        return run()

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(work)
        try:
            while not wait([found], SECONDS).done:
                progress("pricing", *_tasks(spark, group))
            return found.result()
        except PySparkException as error:
            if any(word in str(error) for word in ("ARITHMETIC_OVERFLOW", "OverflowError")):
                raise OverflowError("sums might not fit into 64 bits") from error
            raise
        finally:
            spark.sparkContext.cancelJobGroup(group)


def _tasks(spark: "SparkSession", group: str) -> tuple[int, int]:
    """How many tasks are done, of how many that are known by now."""
    tracker: Any = spark.sparkContext.statusTracker()
    jobs = [job for n in tracker.getJobIdsForGroup(group) if (job := tracker.getJobInfo(n))]
    stages = [stage for job in jobs for n in job.stageIds if (stage := tracker.getStageInfo(n))]
    return sum(s.numCompletedTasks for s in stages), max(1, sum(s.numTasks for s in stages))
