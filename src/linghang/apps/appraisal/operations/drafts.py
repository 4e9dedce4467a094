"""Writes: a unit's own versions of packs, from draft to published by two people. Published content never changes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.access.queries import places_named
from linghang.apps.appraisal.data.packs import READABLE, PackState, VersionLine
from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.apps.appraisal.policies.packs import refuse_bad_name, refuse_number, refuse_same_person, refuse_unless
from linghang.apps.appraisal.queries.drafts import (
    Report,
    case_results,
    get_version,
    locked_files,
    newest_published,
    report_of,
)
from linghang.apps.appraisal.queries.packs import pack_of, scheme_titles, version_line
from linghang.engine.packs.model import Pack
from linghang.engine.packs.texts import IDENTITY_FILE, identity_in_texts, name_problems, named
from linghang.engine.problems import Place, Problem, ProblemsFound
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import current_scope, system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

CHANGELOG = "CHANGELOG.md"


def import_draft(*, files: dict[str, str], actor: Viewer, now: datetime) -> VersionLine:
    """Take the texts of a pack as a draft of the actor's unit; what is wrong inside is told and mended later.

    Raises ProblemsFound when not even `pack.yaml` can be read.
    """
    with writing(actor, "import_draft"):
        identity = identity_in_texts(files)
        problems = name_problems(files)
        if identity is None:
            words, hint = "pack.yaml 不完整，看不出是哪个方案包的哪一版", "写上 pack、version、title、content"
            problems.add(Place(file=IDENTITY_FILE), "missing-key", words, hint)
        if identity is None or problems.errors:
            raise ProblemsFound(problems)
        names = {"pack": identity.id, "version": identity.version, "title": identity.title["zh"][:200]}
        return version_line(_draft(files, names, actor, now))


def copy_version(
    *, version: UUID, pack: str, number: str, title: str, actor: Viewer, now: datetime
) -> VersionLine:  # fmt: skip
    """Begin a draft with the texts of a published version, under a number, and perhaps an id, of its own."""
    with writing(actor, "copy_version"):
        source = get_version(version, drafts=True)
        refuse_unless(source.state, *READABLE)
        refuse_bad_name(pack, number)
        if source.owner_id is None and pack == source.pack:
            words = _("“%(pack)s”是随产品提供的，本单位的办法请用自己的编号。") % {"pack": pack}
            raise DomainError("pack_id_taken", words, field="pack")
        files = named(source.files, pack=pack, version=number, title=title if title != source.title else "")
        if pack != source.pack:  # what changed in another pack, under its numbers, is not this one's history
            files[CHANGELOG] = f"# {title or source.title} 变更记录\n\n底本：{source.pack} {source.version}。\n"
        names = {"pack": pack, "version": number, "title": title or source.title, "locked": source.locked}
        return version_line(_draft(files, names, actor, now))


def _draft(files: dict[str, str], names: dict[str, Any], actor: Viewer, now: datetime) -> PackVersion:
    top = current_scope().top
    if top is None:
        raise not_found()
    owner = places_named([top])[0].key
    return PackVersion.objects.create(
        owner_id=owner, files=files, state=PackState.DRAFT, made_by=_user(actor), made_at=now, content_hash="", **names
    )


def write_file(*, version: UUID, name: str, text: str, actor: Viewer) -> Report:
    """Replace or add one text of a draft; returns what the check says now. A draft may be wrong for a while."""
    with writing(actor, "write_file"):
        row = _own(version)
        refuse_unless(row.state, PackState.DRAFT)
        files = {**row.files, name: text.replace("\r\n", "\n")}
        problems = name_problems(files)
        if problems.errors:
            raise ProblemsFound(problems)
        return _keep(row, files)


def remove_file(*, version: UUID, name: str, actor: Viewer) -> Report:
    """Leave a text out of a draft; `pack.yaml` stays."""
    with writing(actor, "remove_file"):
        row = _own(version)
        refuse_unless(row.state, PackState.DRAFT)
        if name not in row.files or name == IDENTITY_FILE:
            raise not_found()
        return _keep(row, {each: text for each, text in row.files.items() if each != name})


def _keep(row: PackVersion, files: dict[str, str]) -> Report:
    row.files = files
    identity = identity_in_texts(files)
    if identity is not None:
        row.pack, row.version, row.title = identity.id, identity.version, identity.title["zh"][:200]
    row.save()
    return report_of(row)


def remove_draft(*, version: UUID, actor: Viewer) -> None:
    """Drop a draft that nobody has offered."""
    with writing(actor, "remove_draft"):
        row = _own(version)
        refuse_unless(row.state, PackState.DRAFT)
        row.files, row.note, row.state = {}, "", PackState.REMOVED
        row.save()


def offer_version(*, version: UUID, note: str, actor: Viewer, now: datetime) -> VersionLine:
    """Ask that a draft be published: it is checked, its worked cases are settled, its number and what it uses are held.

    `note` says what changed and goes into the changelog. From now on the content stays as it is.
    """
    with writing(actor, "offer_version"):
        row = _own(version)
        refuse_unless(row.state, PackState.DRAFT)
        if not note.strip():
            raise DomainError("note_needed", _("请写明这一版改了什么、为什么。"), field="note")
        row.files = locked_files(row) | {CHANGELOG: _changelog(row, note)}
        pack = _sound(row)
        _refuse_name(row, pack)
        row.schemes = scheme_titles(pack)
        row.content_hash, row.locked, row.title = pack.content_hash, dict(pack.locked), pack.identity.title["zh"][:200]
        row.note, row.state, row.offered_by, row.offered_at = note.strip(), PackState.OFFERED, _user(actor), now
        row.save()
        return version_line(row)


def _sound(row: PackVersion) -> Pack:
    """The pack, if nothing is wrong and every worked case gives what its writer expects."""
    report = report_of(row)
    if report.pack is None:
        raise ProblemsFound(p for p in report.problems if p.severity == "error")
    results, problems = case_results(row, report.pack)
    failed = [
        Problem(result.case.place, "case-differs", f"算例“{result.case.title}”不符：{'；'.join(result.differences)}")
        for result in results
        if not result.passed
    ]
    if failed or any(problem.severity == "error" for problem in problems):
        raise ProblemsFound([*(p for p in problems if p.severity == "error"), *failed])
    return report.pack


def _refuse_name(row: PackVersion, pack: Pack) -> None:
    refuse_bad_name(row.pack, row.version)
    if PackVersion.objects.filter(owner=None, pack=row.pack).exists():
        words = _("“%(pack)s”是随产品提供的，本单位的办法请用自己的编号。") % {"pack": row.pack}
        raise DomainError("pack_id_taken", words, field="pack")
    older = newest_published(row)
    refuse_number(row.version, pack, (older.version, pack_of(older.uuid)) if older else None)


def _changelog(row: PackVersion, note: str) -> str:
    """The changelog with a section for this version on top of the others, written once."""
    held: str = row.files.get(CHANGELOG, f"# {row.title} 变更记录\n")
    heading = f"## {row.version}\n"
    if heading in held + "\n":
        return held
    title, mark, rest = held.partition("\n## ")
    lines = "\n".join(f"- {line.strip()}" for line in note.strip().splitlines() if line.strip())
    return f"{title.rstrip()}\n\n{heading}{lines}\n" + (f"\n## {rest}" if mark else "")


def return_offer(*, version: UUID, actor: Viewer) -> VersionLine:
    """Make an offered version a draft again: whoever offered it takes it back, or somebody else returns it."""
    with writing(actor, "return_offer"):
        row = _own(version)
        refuse_unless(row.state, PackState.OFFERED)
        row.state, row.offered_by, row.offered_at, row.content_hash = PackState.DRAFT, None, None, ""
        row.save()
        return version_line(row)


def publish_version(*, version: UUID, actor: Viewer, now: datetime) -> VersionLine:
    """The second, different person: from now on it can be bound, everybody in the unit can read it, and it stays."""
    with writing(actor, "publish_version"):
        row = _own(version)
        refuse_unless(row.state, PackState.OFFERED)
        refuse_same_person(row.offered_by.uuid if row.offered_by else None, actor.uuid)
        report = report_of(row)
        if report.pack is None or report.pack.content_hash != row.content_hash:
            raise DomainError("pack_changed", _("所用的方案包有变化，请退回草稿，重新检查后再提请发布。"), status=409)
        _refuse_name(row, report.pack)
        row.state, row.published_by, row.published_at = PackState.PUBLISHED, _user(actor), now
        row.save()
        return version_line(row)


def withdraw_version(*, version: UUID, actor: Viewer) -> VersionLine:
    """Not to be bound any more; refused while it is in force, or proposed, somewhere. It stays readable."""
    with writing(actor, "withdraw_version"):
        row = _own(version)
        refuse_unless(row.state, PackState.PUBLISHED)
        with system_scope(reason="whether a version is in use anywhere in the unit is no content"):
            in_use = Binding.objects.filter(version=row, until=None, withdrawn_at=None).exists()
        if in_use:
            words = _("这一版还在有的组织启用（或等待确认）。请先停止或撤回，再停用这一版。")
            raise DomainError("pack_bound", words, status=409)
        row.state = PackState.WITHDRAWN
        row.save()
        return version_line(row)


def _own(version: UUID) -> PackVersion:
    """A version of the actor's own unit, locked; what came with the product is nobody's to change."""
    row = get_version(version, drafts=True, lock=True)
    if row.owner_id is None:
        raise DomainError("pack_shipped", _("随产品提供的方案包不能改。请复制一份，用本单位的编号。"), status=403)
    return row


def _user(actor: Viewer) -> Any:
    return get_user_model().objects.get(uuid=actor.uuid) if actor.uuid else None
