"""`linghang run`: one process that starts everything in order, keeps it alive, and stops it in the reverse order.

PostgreSQL → prepare (migrate as owner, catalogues, static files, first account) → web → worker.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import IO

import psycopg

from linghang.config.options import Options, load_options
from linghang.server.children import MARK, Child, end_orphans, private
from linghang.server.folder import VARIABLE, DataFolder, ensure_keys, write_private
from linghang.server.lock import FolderLock
from linghang.server.postgres import Cluster, create_cluster
from linghang.server.problems import Refused
from linghang.server.progress import Progress
from linghang.server.roles import app_url, ensure_database, ensure_roles, owner_url
from linghang.server.watching import Watch
from linghang.server.web import answers, last_lines, port_is_busy, web_command

LOOK_SECONDS = 0.3
PORTS_TO_TRY = 20
READY_SECONDS = 60
OLDEST = 150000
OWNER_VARIABLES = ("LINGHANG_DATABASE_OWNER_URL", "LINGHANG_DATABASE_OWNER_URL_FILE")


class Supervisor:
    """All processes of one data folder."""

    def __init__(self, folder: DataFolder, progress: Progress) -> None:
        self.folder = folder
        self.progress = progress
        self.stopping = False
        self.lock = FolderLock(folder.lock)
        self.options = Options()
        self.cluster: Cluster | None = None
        self.watch: Watch | None = None  # of a database of our own
        self.children: list[Child] = []
        self.account: list[str] = []  # name and password, at the first start only

    def run(self) -> int:
        """Until a signal; returns 0 after an orderly stop. Raises Refused when it cannot start."""
        self.folder.ensure()
        self.options = load_options(os.environ | {VARIABLE: str(self.folder.path)}, kept=False)
        self.lock.take(self.options.address)
        self._hear_signals()
        try:
            self._start()
            while not self.stopping:
                time.sleep(LOOK_SECONDS)
                self._look_after()
        finally:
            self._stop()
        return 0

    # --- start ------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.progress.title("领航", f"数据目录 {self.folder.path}")
        self._clear_leftovers()
        self.options = replace(self.options, port=self._pick_port())
        self.lock.announce(self.options.address)
        if ensure_keys(self.options.keys, self.options.data_keys):
            self.progress.warn(f"密钥已生成：{self.options.keys} 。请另行妥善保管，备份文件里不含密钥。")
        if not (self.options.assets_dir / "manifest.json").exists():
            self.progress.warn("前端资源还没有生成，页面会没有样式；请用 make run 启动。")
        for step in (self._start_database, self._prepare, self._start_web, self._start_worker):
            if not self.stopping:
                step()
        if not self.stopping:
            self._welcome()

    def _clear_leftovers(self) -> None:
        count = end_orphans(self.folder.path)
        if count:
            self.progress.warn(f"上次没有正常结束，已停掉遗留的 {count} 个进程。")

    def _pick_port(self) -> int:
        wanted, host = self.options.port, self.options.host
        if not port_is_busy(host, wanted):
            return wanted
        if wanted != Options.port:
            raise Refused(f"端口 {wanted} 已被别的程序占用；请停掉那个程序，或用 --port 换一个端口。")
        for port in range(wanted + 1, wanted + PORTS_TO_TRY):
            if not port_is_busy(host, port):
                self.progress.warn(f"端口 {wanted} 已被别的程序占用，这次改用 {port}。")
                return port
        raise Refused(f"端口 {wanted} 到 {wanted + PORTS_TO_TRY - 1} 都被占用；请用 --port 指定一个端口。")

    def _start_database(self) -> None:
        with self.progress.step("数据库") as step:
            step.words = self._use_external() if self.options.database_url else self._start_embedded()

    def _use_external(self) -> str:
        owner = self.options.database_owner_url
        if not owner:
            self.progress.warn(
                "外部数据库只给了一个角色：应用能改动表结构。请另建应用角色，并给出 database_owner_url。"
            )
        try:
            with psycopg.connect(owner or self.options.database_url, connect_timeout=10) as connection:
                version = connection.info.server_version
        except psycopg.OperationalError as reason:
            raise Refused(f"连不上外部数据库：{reason}") from reason
        if version < OLDEST:
            raise Refused(f"外部数据库的版本是 {version // 10000}，须为 PostgreSQL 15 或更新。")
        return f"外部 PostgreSQL {version // 10000}"

    def _start_embedded(self) -> str:
        passwords = self.folder.passwords()
        self.cluster = create_cluster(
            self.folder.database, superuser_password=passwords.superuser, programs=self.options.postgres_bin
        )
        self.cluster.start()
        self.watch = Watch(self.cluster.refuses_idly)
        ensure_roles(self.cluster, passwords)
        ensure_database(self.cluster)
        write_private(self.folder.database_url, app_url(self.cluster, passwords))
        return f"PostgreSQL {self.cluster.binaries.major}"

    def _prepare(self) -> None:
        """Show each step of the child as it reports it."""
        environment = self._environment()
        owner = self.options.database_owner_url
        if self.cluster is not None:
            owner = owner_url(self.cluster, self.folder.passwords())
        environment |= {"LINGHANG_DATABASE_OWNER_URL": owner}  # this child alone knows it
        steps = {"schema": "表结构", "packs": "方案包", "static": "界面资源"}
        command = [sys.executable, "-P", "-m", "linghang.server.prepare"]
        log = self.folder.logs / "start.log"
        with (
            open(log, "w", encoding="utf-8", opener=private) as errors,
            subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
            ) as process,
        ):
            assert process.stdout is not None
            for name, label in steps.items():
                with self.progress.step(label) as step:
                    step.words = _answer(process.stdout, name, log)
            self.account = _answer(process.stdout, "account", log).split()
            if self.options.demo:
                with self.progress.step("演示数据") as step:
                    step.words = _answer(process.stdout, "demo", log)

    def _start_web(self) -> None:
        with self.progress.step("网页服务") as step:
            web = Child(
                "网页服务", web_command(self.options), self._environment(), self.folder.logs / "web.log", patience=10
            )
            self.children.append(web)
            web.start()
            self._wait_until_served(web)
            step.words = f"{self.options.web_workers} 个进程"

    def _start_worker(self) -> None:
        command = [sys.executable, "-P", "-m", "linghang.apps.jobs.worker"]
        with self.progress.step("后台任务"):
            worker = Child("后台任务", command, self._environment(), self.folder.logs / "worker.log", patience=25)
            self.children.append(worker)
            worker.start()

    def _environment(self) -> dict[str, str]:
        """What children see: the same options, the port in use, our mark; never the owner's address."""
        mine = {name: value for name, value in os.environ.items() if name not in OWNER_VARIABLES}
        return mine | {
            VARIABLE: str(self.folder.path),
            MARK: str(self.folder.path),
            "LINGHANG_PORT": str(self.options.port),
            "DJANGO_SETTINGS_MODULE": "linghang.config.settings",
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # threads would each keep their own heap
        }

    def _wait_until_served(self, web: Child) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping and not answers(self.options):
            if not web.alive() or time.monotonic() > deadline:
                raise Refused(f"网页服务没有启动起来，原因见 {web.log}。\n{last_lines(web.log)}")
            time.sleep(0.05)

    def _welcome(self) -> None:
        self.progress.gap()
        self.progress.say("打开", self.options.address)
        if self.account:
            name, password = self.account
            self.progress.say("首次登录", f"用户名 {name}  密码 {password}")
            self.progress.say("", f"密码只显示这一次，也存于 {self.folder.first_password}")
        if self.options.demo:
            self.progress.say("演示账号", f"账号和密码在 {self.folder.demo_accounts}，只能在这台电脑上用")
        self.progress.say("停止", "按 Ctrl-C")
        self.progress.gap()

    # --- keep alive -------------------------------------------------------------------------------------------

    def _look_after(self) -> None:
        if self.cluster is not None and self.watch is not None:
            self._look_after_database(self.cluster, self.watch)
        for child in self.children:
            words = child.look()
            if words:
                self.progress.warn(words)

    def _look_after_database(self, cluster: Cluster, watch: Watch) -> None:
        if watch.stuck():
            self.progress.warn(f"数据库一直拒绝连接，正在停掉它；日志 {cluster.log}")
            cluster.end()
        if not cluster.running():
            self._restart_database(cluster)

    def _restart_database(self, cluster: Cluster) -> None:
        self.progress.warn(f"数据库意外停止，正在重新启动；日志 {cluster.log}")
        before = cluster.port
        cluster.start()
        if cluster.port != before:
            write_private(self.folder.database_url, app_url(cluster, self.folder.passwords()))
            for child in self.children:
                child.stop()
                child.start()

    # --- stop -------------------------------------------------------------------------------------------------

    def _hear_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)

    def _note_signal(self, _number: int, _frame: object) -> None:
        self.stopping = True  # noticed between two steps, so that no step is left half done

    def _stop(self) -> None:
        """Worker, web, PostgreSQL, in this order."""
        if not self.children and self.cluster is None:
            self.lock.release()
            return
        with self.progress.step("停止") as step:
            for child in reversed(self.children):
                child.stop()
            if self.cluster is not None:
                self.cluster.stop()
            step.words = "全部进程已停止"
        self.lock.release()


def _answer(output: IO[str], name: str, log: Path) -> str:
    """The words of the step that the child did next; refuses when it broke off."""
    step, _, words = output.readline().rstrip("\n").partition("\t")
    if step != name:
        raise Refused(f"启动前的准备没有完成，原因见 {log}。\n{last_lines(log, 3)}")
    return words
