"""Words and files beside records can be destroyed; the chain still holds and says that something was there."""

import contextlib
import io
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linghang.apps.access.models import User
from linghang.apps.access.tests.world import make_account
from linghang.apps.exchange.models import Effect, Import
from linghang.apps.ledger.data import NewEvent, NewEvidence
from linghang.apps.ledger.data.files import path_of
from linghang.apps.ledger.files.kinds import accepted
from linghang.apps.ledger.files.refusal import Unacceptable
from linghang.apps.ledger.models import Erasure, Evidence, Text
from linghang.apps.ledger.operations import (
    erase_evidence,
    erase_person_texts,
    erase_text,
    keep_file,
    record,
    sweep_files,
)
from linghang.apps.ledger.queries import verify
from linghang.apps.ledger.queries.evidence import evidence_file
from linghang.apps.ledger.tests.world import NOW, TODAY, make_person, scope_of_user, viewer, volunteered
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import use_scope


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "white").save(target, kind, **more)
    return target.getvalue()


TEMPLATE_ELSEWHERE = (
    b'<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x/a.dotm"'
    b' TargetMode="External"/></Relationships>'
)


def office(part: str = "word/document.xml", compression: int = zipfile.ZIP_STORED, **more: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package:
        for name, content in {"[Content_Types].xml": b"<x/>", part: b"<x/>", **more}.items():
            package.writestr(name, content)
    return target.getvalue()


def upload(content: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def world(transactional_db):
    units = two_units()
    secretary = make_account("secretary", "secretary", units["below"].node)
    person = make_person("李一", units["below"].node)
    with use_scope(scope_of_user(secretary)):
        yield viewer(secretary), person, units


def stored(uuid, settings) -> Path:
    return path_of(Path(settings.MEDIA_ROOT), uuid)


def test_erased_words_are_gone_with_their_salt_and_the_chain_still_verifies(world):
    actor, person, _units = world
    record(items=[volunteered(person, texts={"note": "家庭情况"})], actor=actor, now=NOW)
    text = Text.objects.get()
    erase_text(text=text.uuid, reason="本人申请删除", actor=actor, now=NOW)
    text.refresh_from_db()
    assert (text.text, bytes(text.salt)) == ("", b"")
    assert Erasure.objects.get().reason == "本人申请删除"
    assert verify(now=NOW).passed
    with pytest.raises(DomainError) as refusal:
        erase_text(text=text.uuid, reason="本人申请删除", actor=actor, now=NOW)
    assert refusal.value.code == "already_erased"


def test_erasing_needs_a_reason(world):
    actor, person, _units = world
    record(items=[volunteered(person, texts={"note": "植树"})], actor=actor, now=NOW)
    with pytest.raises(DomainError) as refusal:
        erase_text(text=Text.objects.get().uuid, reason=" ", actor=actor, now=NOW)
    assert refusal.value.field == "reason"


def test_all_words_and_files_of_a_person_go_at_once(world, settings):
    actor, person, _units = world
    file = keep_file(upload=upload(picture()))
    proofs = [NewEvidence("file", file=file), NewEvidence("number", "第3号")]
    record(items=[volunteered(person, texts={"note": "植树"}, evidence=proofs)], actor=actor, now=NOW)
    assert verify(now=NOW).files == 1
    assert erase_person_texts(person=person.uuid, reason="本人申请删除", actor=actor, now=NOW) == 3
    assert not stored(file.uuid, settings).exists()
    result = verify(now=NOW)
    assert (result.passed, result.files) == (True, 0)
    assert erase_person_texts(person=person.uuid, reason="本人申请删除", actor=actor, now=NOW) == 0


def test_words_of_an_event_go_with_a_person_where_nobody_else_had_a_part(world):
    actor, person, units = world
    other = make_person("赵二", units["below"].node)
    alone = NewEvent("visit", TODAY, texts={"title": "走访李一家"}, evidence=[NewEvidence("text", "家中照片说明")])
    together = NewEvent("visit", TODAY, texts={"title": "两人一起走访"})
    record(items=[volunteered(person, event=alone)], actor=actor, now=NOW)
    record(items=[volunteered(one, event=together) for one in (person, other)], actor=actor, now=NOW)
    assert erase_person_texts(person=person.uuid, reason="本人申请删除", actor=actor, now=NOW) == 2
    assert list(Text.objects.exclude(text="").values_list("text", flat=True)) == ["两人一起走访"]
    assert not Evidence.objects.exclude(content="").exists()
    assert verify(now=NOW).passed


def test_the_lists_of_imports_forget_what_they_called_a_person(world):
    actor, person, _units = world
    starter = User.objects.get(username="secretary")
    done = Import.objects.create(
        kind="roster", state="done", starter=starter, role="secretary", path="1/", title="表", file="表.xlsx",
        sha256="0" * 64, created_at=NOW,
    )  # fmt: skip
    for uuid, label in ((person.uuid, "李一（磨浮党支部，1001）"), (uuid4(), "赵二（磨浮党支部，1002）")):
        Effect.objects.create(import_row=done, table="person", uuid=uuid, action="created", label=label)
    erase_person_texts(person=person.uuid, reason="本人申请删除", actor=actor, now=NOW)
    assert set(Effect.objects.values_list("label", flat=True)) == {"（文字已清除）", "赵二（磨浮党支部，1002）"}


def test_a_file_changed_or_removed_behind_the_back_is_named(world, settings):
    actor, person, _units = world
    file = keep_file(upload=upload(picture()))
    record(items=[volunteered(person, evidence=[NewEvidence("file", file=file)])], actor=actor, now=NOW)
    stored(file.uuid, settings).write_bytes(b"another")
    assert dict(verify(now=NOW).counts) == {"file-changed": 1}
    stored(file.uuid, settings).unlink()
    assert dict(verify(now=NOW).counts) == {"file-missing": 1}
    erase_evidence(evidence=file.uuid, reason="误传的照片", actor=actor, now=NOW)
    assert verify(now=NOW).passed


def test_a_picture_is_drawn_anew_without_the_position_of_the_telephone(settings, db):
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    file = keep_file(upload=upload(picture(exif=exif) + b"<script>hidden</script>", r"C:\手机\照片.png"))
    content = stored(file.uuid, settings).read_bytes()
    assert b"SECRET" not in content
    assert b"script" not in content
    assert (file.name, file.media_type, file.size) == ("照片.jpg", "image/jpeg", len(content))
    assert stored(file.uuid, settings).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture("PNG"), "image/jpeg"),
        (picture("GIF"), "image/png"),
        (b"%PDF-1.7\n...\n%%EOF\n", "application/pdf"),
        (office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
    ids=["png", "gif", "pdf", "docx", "xlsx"],
)
def test_documents_and_pictures_are_known_by_their_content(content, media_type, db):
    assert keep_file(upload=upload(content, "x.exe")).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        picture()[:200],
        b"%PDF-1.7 without an end",
        b"%PDF-1.7 /OpenAction << /S /JavaScript >> %%EOF",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word with macros",
        office("evil.txt"),
        office(**{"word/vbaProject.bin": b"macro"}),
        office()[:-40],
        b"PK\x03\x04 nothing",
        b"%PDF-1.7 /OpenAction << /S /Java#53cript >> %%EOF",
        office(**{"word/activeX/activeX1.bin": b"x"}),
        office(**{"word/_rels/settings.xml.rels": TEMPLATE_ELSEWHERE}),
        office(compression=zipfile.ZIP_LZMA),
    ],
    ids=[
        "empty",
        "program",
        "html",
        "svg",
        "cut",
        "half-pdf",
        "js-pdf",
        "doc",
        "zip",
        "macro",
        "cut-zip",
        "no-zip",
        "hidden-js-pdf",
        "active-x",
        "template-elsewhere",
        "lzma",
    ],
)
def test_everything_else_is_refused_with_a_sentence_and_leaves_nothing(content, settings, db):
    with pytest.raises(DomainError) as refusal:
        keep_file(upload=upload(content))
    assert refusal.value.code == "file_refused"
    assert str(refusal.value.message).endswith("。")
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_bombs_are_refused_before_they_go_off(settings, db):
    huge = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(huge, "PNG")
    for content in (huge.getvalue(), _zip_bomb()):
        with pytest.raises(DomainError) as refusal:
            keep_file(upload=upload(content))
        assert "过" in str(refusal.value.message)
    settings.UPLOAD_MAX_BYTES = 1000
    with pytest.raises(DomainError) as refusal:
        keep_file(upload=upload(picture(size=(800, 800))))
    assert refusal.value.code == "file_too_large"


_DRAW = r"""
import io, os, re, sys
from PIL import Image
from linghang.apps.ledger.files.pictures import write_anew
mode, kind, wide, high = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
source = os.path.join(sys.argv[5], "picture")
if os.fork() == 0:  # what it took to make the picture does not count
    Image.new(mode, (wide, high)).save(source, kind)
    os._exit(0)
os.wait()
content = io.BytesIO(open(source, "rb").read())
write_anew(content)
content.seek(0)
peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]  # not what the parent took
print(int(peak) // 1024, *Image.open(content).size)
"""


@pytest.mark.parametrize(
    ("mode", "kind", "size"),
    [("1", "PNG", (5_000, 4_000)), ("RGBA", "PNG", (5_000, 4_000)), ("RGB", "JPEG", (10_000, 8_000))],
)
def test_a_large_picture_takes_little_memory_and_is_kept_in_the_size_of_a_page(mode, kind, size, tmp_path):
    command = [sys.executable, "-c", _DRAW, mode, kind, *map(str, size), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes, *kept = map(int, done.stdout.split())
    assert megabytes <= 400
    assert max(kept) == 4_000


def test_a_damaged_picture_is_refused_and_never_breaks_the_page(settings, db):
    chance, whole = random.Random(4), [picture("PNG"), picture("GIF"), picture("WEBP"), picture("BMP"), picture()]
    for _ in range(1_500):
        broken = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 2, 8))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with contextlib.suppress(Unacceptable):
            accepted(io.BytesIO(bytes(broken)), "照片.png")


def _zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"<x/>")
        package.writestr("word/document.xml", bytes(60 << 20))
    return target.getvalue()


def test_what_no_row_names_is_swept_after_a_day(world, settings):
    actor, person, _units = world
    kept, orphan, fresh = (keep_file(upload=upload(picture())) for _n in range(3))
    record(items=[volunteered(person, evidence=[NewEvidence("file", file=kept)])], actor=actor, now=NOW)
    for file in (kept, orphan):
        os.utime(stored(file.uuid, settings), (0, 0))
    assert sweep_files() == 1
    assert [stored(file.uuid, settings).exists() for file in (kept, orphan, fresh)] == [True, False, True]


def test_a_file_is_read_by_whoever_may_read_its_record(world):
    actor, person, units = world
    file = keep_file(upload=upload(picture()))
    record(items=[volunteered(person, evidence=[NewEvidence("file", file=file)])], actor=actor, now=NOW)
    found = evidence_file(Evidence.objects.get().uuid)
    assert (found.name, found.media_type, found.person) == ("照片.jpg", "image/jpeg", person.uuid)
    with use_scope(scope_of_user(make_account("neighbour", "secretary", units["sibling"].node))):
        with pytest.raises(DomainError) as refusal:
            evidence_file(file.uuid)
        assert refusal.value.status == 404


def test_the_database_lets_the_app_erase_and_nothing_else(world):
    from django.db import DatabaseError, connection, transaction

    actor, person, _units = world
    record(items=[volunteered(person, texts={"note": "植树"})], actor=actor, now=NOW)
    for statement in (
        "UPDATE ledger_text SET text = '改过'",
        "UPDATE ledger_text SET field = 'x'",
        "UPDATE ledger_fact SET quantity = 1",
        "DELETE FROM ledger_fact",
        "DELETE FROM ledger_text",
        "TRUNCATE ledger_fact CASCADE",
        "DELETE FROM ledger_chainentry",
        "UPDATE ledger_chainentry SET seq = 5",
        "UPDATE ledger_standingfact SET slot = gen_random_uuid()",
        "DELETE FROM ledger_subject",
        "UPDATE ledger_subject SET uuid = gen_random_uuid()",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert verify(now=NOW).passed
