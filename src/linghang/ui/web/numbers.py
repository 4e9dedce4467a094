"""Numbers of a person: one way to write each, a check that finds slips of the pen, and a mask to show it by."""

import re
import unicodedata
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.ui.web.errors import DomainError

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
REMAINDERS = "10X98765432"
BESIDES_DIGITS = re.compile(r"[\s()\-‐-―·.]+")
FROM_ABROAD = re.compile(r"^(?:\+|00)86(?=1\d{10}$)")


def normal_id_number(text: str, *, on: date) -> str:
    """An ID number as the standard writes it, '' for ''; refuses a wrong length, date or check digit.

    Area codes are not looked at: they change, and old numbers keep theirs.
    """
    number = _plain(text).upper()
    if not number:
        return ""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise _wrong_id(_("身份证号须是 18 位：17 位数字，末位是数字或 X。请核对后重新填写。"))
    if not _is_date(number[6:14], on):
        raise _wrong_id(_("身份证号第 7 至 14 位不是一个已有的出生日期。请核对后重新填写。"))
    if REMAINDERS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11] != number[17]:
        raise _wrong_id(_("身份证号的末位校验码不对，多半是某一位抄错了。请核对后重新填写。"))
    return number


def normal_phone(text: str) -> str:
    """A telephone number in digits only, '' for ''; `+86` before a mobile number falls away."""
    number = FROM_ABROAD.sub("", _plain(text))
    if number and not re.fullmatch(r"\+?[0-9]{5,20}", number):
        raise DomainError("wrong_phone", _("电话号码只能是 5 至 20 位数字。请核对后重新填写。"), field="phone")
    return number


def mask_id(number: str) -> str:
    """The first three and the last four: enough to recognise one's own."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 10 else "*" * len(number)


def mask_phone(number: str) -> str:
    """138****5678; a short number keeps only its last two digits."""
    if len(number) >= 11:
        return f"{number[:-8]}****{number[-4:]}"
    return "*" * (len(number) - 2) + number[-2:]


def _plain(text: str) -> str:
    """Full-width digits become plain, spaces and dashes fall away."""
    return BESIDES_DIGITS.sub("", unicodedata.normalize("NFKC", text))


def _is_date(text: str, on: date) -> bool:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) <= on
    except ValueError:
        return False


def _wrong_id(message: Promise) -> DomainError:
    return DomainError("wrong_id_number", message, field="id_number")
