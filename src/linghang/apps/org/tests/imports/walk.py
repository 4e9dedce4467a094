"""Going through an import as a person does, by the addresses of its pages; jobs run at once in this process."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linghang.apps.access.models import User
from linghang.apps.exchange.imports.preview import PREVIEW, endings, flaws_page, lines_page
from linghang.apps.exchange.models import Import
from linghang.apps.exchange.queries import FOLDERS
from linghang.apps.jobs.data import FINAL_STATES
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.running import run_job
from linghang.ui.web import clock


def run_waiting_jobs() -> None:
    """Run what waits, until nothing does."""
    while job := Job.objects.exclude(state__in=FINAL_STATES).order_by("pk").first():
        run_job(uuid=job.uuid, clock=clock.now)


def text_of(answer: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@dataclass
class Walk:
    """One import of one person."""

    user: User
    kind: str
    client: Client = field(default_factory=Client)
    uuid: UUID | None = None

    def __post_init__(self) -> None:
        self.client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")

    def upload(self, content: bytes, name: str = "我的表.xlsx") -> "Walk":
        file = SimpleUploadedFile(name, content)
        answer = self.client.post(f"/imports/new/{self.kind}/", {"file": file})
        assert answer.status_code == 302, text_of(answer)
        self.uuid = UUID(answer.url.rstrip("/").rpartition("/")[2])
        run_waiting_jobs()
        return self

    @property
    def row(self) -> Import:
        return Import.objects.get(uuid=self.uuid)

    def get(self, part: str = "") -> Any:
        return self.client.get(f"/imports/{self.uuid}/{part}", follow=True)

    def post(self, part: str, data: dict[str, Any] | None = None) -> Any:
        answer = self.client.post(f"/imports/{self.uuid}/{part}", data or {})
        run_waiting_jobs()
        return answer

    def match(self, choices: dict[str, str] | None = None, *, remember: bool = True) -> "Walk":
        """Accept the columns as proposed, with these choices."""
        answer = self.post("columns/", {"remember": "1" if remember else "", **(choices or {})})
        assert answer.status_code == 302, text_of(answer)
        return self

    def confirm(self, *ticked: str) -> "Walk":
        answer = self.post("confirm/", {"ending": list(ticked)})
        assert answer.status_code == 302, text_of(answer)
        return self

    def fix(self, corrections: dict[str, str]) -> "Walk":
        """Write over cells (“sheet!B7” → text) on the page of problems."""
        answer = self.post("recheck/", {f"cell:{where}": text for where, text in corrections.items()})
        assert answer.status_code == 302, text_of(answer)
        return self

    def undo(self, reason: str = "传错了表") -> "Walk":
        answer = self.post("undo/", {"reason": reason})
        assert answer.status_code == 302, text_of(answer)
        return self

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """New, changed, same, problem rows."""
        found = self.row.counts
        return found["new"], found["changed"], found["same"], found["problem"]

    def problems(self, severity: str = "error") -> list[tuple[str, str]]:
        """(sheet!cell, code) of every problem."""
        flaws, _total = flaws_page(FOLDERS.of(self.uuid) / PREVIEW, sheet="", code="", number=1, most=10_000)
        return [(flaw.where, flaw.problem.code) for flaw in flaws if flaw.problem.severity == severity]

    def lines(self, outcome: str) -> list[Any]:
        return lines_page(FOLDERS.of(self.uuid) / PREVIEW, outcome=outcome, q="", number=1)[0]

    def endings(self) -> list[Any]:
        return endings(FOLDERS.of(self.uuid) / PREVIEW)


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A plain workbook."""
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(number, column, value)
    return made.getvalue()
