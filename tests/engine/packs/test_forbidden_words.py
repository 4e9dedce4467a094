"""What must not be scored, under other names; innocent words near it; and grades that are a 评议 in disguise."""

from dataclasses import replace

import pytest

from linghang.engine.packs.check_compliance import check_compliance
from linghang.engine.packs.check_parts import check_kinds
from linghang.engine.packs.check_slack import check_slack
from linghang.engine.packs.forbidden_words import WORDS, forbidden_words
from linghang.engine.packs.mechanism_model import Effect, Trigger
from linghang.engine.packs.model import Amount, Attribute, Band, Grade, Pack
from linghang.engine.periods import Span
from linghang.engine.problems import Problems
from tests.engine.packs.conftest import PACKS
from tests.engine.small import item, pack_of, title

PACK = pack_of(item())


def tags(text: str, pack: Pack = PACK) -> list[str]:
    return [tag for tag, _, _, _ in forbidden_words(text, pack)]


@pytest.mark.parametrize(("text", "tag"), [
    ("每日登陆一次", "app-login"), ("平台上线天数", "app-login"), ("日活", "app-login"), ("连续签到七天", "app-login"),
    ("网上时长", "online-time"), ("课程观看时长", "online-time"), ("视频 时长", "online-time"),
    ("转评赞", "like"), ("推文阅读量", "like"), ("点·赞", "like"), ("文章点击率", "like"), ("点＿赞", "like"),
    ("朋友圈宣传", "forward"), ("转 发本单位推文", "forward"), ("分享链接", "forward"),
    ("微信拉票", "vote-for-points"), ("人气投票", "vote-for-points"), ("线上投票", "vote-for-points"),
    ("党建APP激活率", "install-rate"), ("公众号粉丝", "install-rate"), ("小程序注册率", "install-rate"),
    ("强国分", "app-points"), ("ａｐｐ积分", "app-points"), ("学习“强国”积分", "app-points"),
    ("积分排行", "app-points"),
    ("现场合影", "photo-only"), ("水印相机", "photo-only"), ("工作留痕", "photo-only"),
])  # fmt: skip
def test_other_names_are_noticed_without_any_declaration(text: str, tag: str) -> None:
    assert tag in tags(text)


@pytest.mark.parametrize("text", [
    "设备使用率", "资金使用率", "床位使用率", "转发上级文件", "文件转发", "志愿者注册率", "社保卡激活率", "图书阅读量",
    "证件照片核对", "学时", "集中学习", "签到簿", "会议签到", "设备在线时间", "民主测评票", "发展党员票决",
    "信访件办结",
    "宣传稿件被采用", "党费登记", "走访慰问", "读书分享会", "点评讲评", "入户访问次数",
    "主题党日活动", "每月活动安排", "纪念日活动", "岗位检查", "谈心谈话", "三会一课",
])  # fmt: skip
def test_innocent_words_are_left_alone(text: str) -> None:
    assert tags(text) == []


def test_a_value_of_an_attribute_may_not_carry_it_in() -> None:
    kind = replace(PACK.kinds["w.act"], title=title("宣传"), aliases=(), attributes={
        "way": Attribute("way", title("方式"), {"talk": title("宣讲"), "moments": title("朋友圈")}),
    })  # fmt: skip
    problems = Problems()
    check_kinds(replace(PACK, kinds={**PACK.kinds, "w.act": kind}), {"w.act": kind}, problems)
    (found,) = [p for p in problems if p.code == "looks-forbidden"]
    assert "“宣传”的“方式”里有“朋友圈”" in found.message


def test_an_item_is_noticed_in_a_pack_that_declares_nothing() -> None:
    pack = pack_of(replace(item(), title=title("拉票")))
    problems = Problems()
    check_compliance(pack, problems)
    assert [p.code for p in problems if "拉票" in p.message] == ["looks-forbidden"]


def decided(*names: str, subject: str = "member", effect: str = "") -> list[str]:
    bands = tuple(Band(f"b{n}", title(name), Amount(100 * (9 - n)) if n < len(names) - 1 else None)
                  for n, name in enumerate(names))  # fmt: skip
    effects = (Effect("e", title(effect), "第一条", Trigger("i", 1), Span.YEAR, zeroes="total"),) if effect else ()
    pack = pack_of(item(), grades=(Grade("g", title("年度"), Span.YEAR, bands),), effects=effects)
    problems = Problems()
    check_slack(pack, replace(pack.schemes["s"], subject=subject), problems)
    return [p.code for p in problems]


def test_the_four_grades_of_the_review_are_refused_whatever_the_grade_is_called() -> None:
    assert decided("优秀", "合格", "基本合格", "不合格") == ["decided-by-people"]
    assert decided("优秀党员", "合格党员", "基本合格党员") == ["decided-by-people"]
    assert decided("合格", "不合格") == ["decided-by-people"]
    assert decided("优秀", "良好", "一般") == []
    assert decided("优秀", "合格", "基本合格", "不合格", subject="branch") == []


@pytest.mark.parametrize(("words", "found"), [
    ("取 消 预备党员资格", ["decided-by-people"]), ("延长预备期", ["decided-by-people"]),
    ("扣发绩效", ["decided-by-people"]),
    ("受处分的，不评星", []), ("一票否决", []),
])  # fmt: skip
def test_an_effect_does_not_pretend_to_do_what_people_decide(words: str, found: list[str]) -> None:
    assert decided("优", "其余", effect=words) == found


def test_names_of_grades_are_read_through_spaces() -> None:
    assert decided("可以 转 正", "其余") == ["decided-by-people"]


def test_every_tag_that_is_never_scored_has_words() -> None:
    text = (PACKS / "national" / "facts.yaml").read_text("utf-8")
    assert all(f"id: {tag}" in text for tag in WORDS)
