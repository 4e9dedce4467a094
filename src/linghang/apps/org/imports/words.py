"""What people write in the columns of a roster, and which of our codes it means."""

import re
from collections.abc import Mapping

from linghang.apps.exchange.words import plain

_STANDINGS: Mapping[str, str] = {
    "full_member": "正式党员 中共党员 党员 中共正式党员 中国共产党党员 正式",
    "probationary": "预备党员 中共预备党员 中国共产党预备党员 预备",
    "target": "发展对象",
    "activist": "入党积极分子 积极分子",
    "applicant": "入党申请人 申请人 递交入党申请书",
    "league": "共青团员 团员 中国共产主义青年团团员",
    "democratic": "民主党派成员 民主党派 民革党员 民盟盟员 民建会员 民进会员 农工党党员 致公党党员 九三学社社员",
    "masses": "群众 无党派人士 无党派 非党员",
}
STANDING_WORDS = {plain(word): code for code, words in _STANDINGS.items() for word in words.split()}
_YEAR = re.compile(r"(19[2-9]\d|20[0-2]\d)")


def standing_of(word: str) -> str:
    """The code of a 政治面貌, '' when nobody can tell."""
    return STANDING_WORDS.get(plain(word), "")


def born_year_of(text: str) -> int | None:
    """The year of 1985-03, 1985年3月, 198503; only the year is kept."""
    found = _YEAR.match(plain(text))
    return int(found[1]) if found else None
