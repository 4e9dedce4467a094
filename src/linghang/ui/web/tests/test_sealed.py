"""Sealed values, their keys, and the numbers of a person; nothing here needs a database."""

import json
import logging
import pickle
from datetime import date

import pytest

from linghang.ui.web.errors import DomainError
from linghang.ui.web.keyfile import KeysUnusableError, new_keys, read_keys
from linghang.ui.web.numbers import mask_id, mask_phone, normal_id_number, normal_phone
from linghang.ui.web.sealed import Sealed, SealedUnreadableError, lookup_hash

TODAY = date(2026, 3, 5)
GOOD = "11010519491231002X"  # the worked example of the standard
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in GOOD)
PLACE = "people.phone"


@pytest.fixture
def keys_file(tmp_path, settings):
    file = tmp_path / "data-keys.json"
    file.write_text(new_keys().text())
    file.chmod(0o600)
    settings.DATA_KEYS_FILE = file
    return file


def test_a_value_opens_again_and_two_of_the_same_look_different(keys_file):
    one, two = Sealed.of("13812345678", PLACE), Sealed.of("13812345678", PLACE)
    assert one.open() == two.open() == "13812345678"
    assert one.content != two.content
    assert b"13812345678" not in one.content
    assert one.key_id == read_keys(keys_file).current


def test_neither_repr_nor_text_nor_an_error_nor_the_log_shows_the_value(keys_file, caplog):
    value = Sealed.of("13812345678", PLACE)
    with pytest.raises(SealedUnreadableError) as refusal:
        Sealed(value.content, "elsewhere").open()
    logging.getLogger("linghang").warning("%r %s %s", value, value, refusal.value)
    shown = f"{value!r} {value} {refusal.value!r} {refusal.value.message} {refusal.value.details} {caplog.text}"
    assert "1381234" not in shown
    assert b"1381234" not in pickle.dumps(value)


@pytest.mark.parametrize("position", [0, 1, 5, 15, -1])
def test_one_changed_byte_is_refused(keys_file, position):
    content = bytearray(Sealed.of("13812345678", PLACE).content)
    content[position] ^= 1
    with pytest.raises(SealedUnreadableError):
        Sealed(bytes(content), PLACE).open()


@pytest.mark.parametrize("content", [b"", b"\0", b"\x05ab", b"\xff" * 40])
def test_rubbish_is_refused(keys_file, content):
    with pytest.raises(SealedUnreadableError):
        Sealed(content, PLACE).open()


def test_a_value_moved_to_another_column_does_not_open(keys_file):
    moved = Sealed(Sealed.of("13812345678", PLACE).content, "people.id_number")
    with pytest.raises(SealedUnreadableError, match="value_changed"):
        moved.open()


def test_a_lost_key_is_told_from_a_changed_value(keys_file):
    value = Sealed.of("13812345678", PLACE)
    keys_file.write_text(new_keys().text())
    with pytest.raises(SealedUnreadableError, match="key_missing") as refusal:
        value.open()
    assert "请联系系统管理员" in str(refusal.value.message)
    assert refusal.value.status == 503


def test_a_new_key_is_used_at_once_and_the_old_one_stays_readable(keys_file):
    old = Sealed.of("old", PLACE)
    rotated = read_keys(keys_file).with_new_key()
    keys_file.write_text(rotated.text())
    assert Sealed.of("new", PLACE).key_id == rotated.current != old.key_id
    assert old.open() == "old"


def test_the_lookup_hash_is_keyed_and_tells_purposes_apart(keys_file):
    first = lookup_hash("phone", "13812345678")
    assert first == lookup_hash("phone", "13812345678")
    assert first != lookup_hash("id_number", "13812345678")
    assert len(first) == 64
    assert lookup_hash("phone", "") == ""
    keys_file.write_text(read_keys(keys_file).with_new_key().text())
    assert lookup_hash("phone", "13812345678") == first, "a rotation keeps the lookup key"
    keys_file.write_text(new_keys().text())
    assert lookup_hash("phone", "13812345678") != first


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_of_keys_that_others_can_read_is_refused_with_a_sentence(keys_file, mode, caplog):
    keys_file.chmod(mode)
    with pytest.raises(KeysUnusableError, match=f"权限 {mode:04o}.*请执行 chmod 600"):
        read_keys(keys_file)
    with pytest.raises(SealedUnreadableError) as refusal:
        Sealed.of("13812345678", PLACE)
    assert str(keys_file) not in str(refusal.value.message), "the path is for the log of the operator"
    assert "chmod 600" in caplog.text


@pytest.mark.parametrize("spoil", ["", "[]", "{}", "null", '{"current": 1, "fields": [], "lookup": 0, "chain": 0}'])
def test_a_damaged_file_of_keys_is_refused_without_a_word_of_its_content(keys_file, spoil):
    keys_file.write_text(spoil)
    with pytest.raises(KeysUnusableError, match="不完整或已损坏"):
        read_keys(keys_file)


def test_a_short_key_or_a_wrong_current_one_is_refused(keys_file):
    content = json.loads(keys_file.read_text())
    keys_file.write_text(json.dumps(content | {"lookup": "c2hvcnQ="}))
    with pytest.raises(KeysUnusableError, match="不完整"):
        read_keys(keys_file)
    keys_file.write_text(json.dumps(content | {"current": "k9"}))
    with pytest.raises(KeysUnusableError, match="没有它所说的当前密钥"):
        read_keys(keys_file)


def test_a_missing_file_of_keys_says_what_is_lost(keys_file):
    keys_file.unlink()
    with pytest.raises(KeysUnusableError, match="把另外保管的密钥放回原处"):
        read_keys(keys_file)


def test_keys_never_show_in_a_repr(keys_file):
    keys = read_keys(keys_file)
    assert repr(keys.lookup) not in repr(keys)
    assert all(repr(key) not in repr(keys) for key in keys.fields.values())


# --- numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [GOOD, GOOD.lower(), "110105 19491231 002x", "110105-19491231-002X", FULL_WIDTH])
def test_an_id_number_is_kept_in_one_way_of_writing(text):
    assert normal_id_number(text, on=TODAY) == GOOD


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("110105194912310021", "校验码不对"),
        ("11010519491231003X", "校验码不对"),
        ("11010519490231002X", "出生日期"),
        ("110105203001010022", "出生日期"),
        ("1101051949123100", "18 位"),
        ("130503670401001", "18 位"),
        ("X1010519491231002X", "18 位"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_what_is_wrong(text, words):
    with pytest.raises(DomainError) as refusal:
        normal_id_number(text, on=TODAY)
    assert words in str(refusal.value.message)
    assert refusal.value.field == "id_number"


def test_an_area_code_that_nobody_knows_is_no_reason_to_refuse():
    number = _with_check_digit("00000019491231002")
    assert normal_id_number(number, on=TODAY) == number


def test_born_today_is_possible_and_tomorrow_is_not():
    born_today = _with_check_digit("11010520260305001")
    assert normal_id_number(born_today, on=TODAY) == born_today
    with pytest.raises(DomainError):
        normal_id_number(born_today, on=date(2026, 3, 4))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("13812345678", "13812345678"),
        ("0938-2721234", "09382721234"),
        ("(0938)2721234", "09382721234"),
        ("  ", ""),
    ],
)
def test_a_phone_number_is_kept_in_one_way_of_writing(text, kept):
    assert normal_phone(text) == kept


@pytest.mark.parametrize("text", ["abc", "1234", "1" * 21, "138/139"])
def test_a_wrong_phone_number_is_refused(text):
    with pytest.raises(DomainError, match="wrong_phone"):
        normal_phone(text)


def test_masks_keep_what_one_recognises_oneself_by():
    assert mask_id(GOOD) == "110***********002X"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("12345") == "***45"
    assert mask_id("") == mask_phone("") == ""


def _with_check_digit(first: str) -> str:
    """The one digit of eleven that the rule accepts, found by trying: the weights are not repeated here."""
    for last in "0123456789X":
        try:
            return normal_id_number(first + last, on=date(2100, 1, 1))
        except DomainError:
            continue
    raise AssertionError(first)
