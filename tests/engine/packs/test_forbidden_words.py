"""What must not be scored, under other names; innocent words near it; and grades that are a 评议 in disguise."""

from dataclasses import replace

import pytest

from linghang.engine.packs.check_compliance import check_compliance, check_preset
from linghang.engine.packs.check_parts import check_kinds
from linghang.engine.packs.check_slack import check_slack
from linghang.engine.packs.forbidden_words import WORDS, forbidden_words
from linghang.engine.packs.mechanism_model import Effect, Ties, Top, Trigger
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
    ("每日打开党建APP", "app-login"), ("进入系统三次", "app-login"), ("党员活跃率", "app-login"),
    ("系统登入次数", "app-login"), ("刷课数量", "online-time"), ("课件完播率", "online-time"),
    ("学习平台停留分钟", "online-time"), ("双击点红心", "like"), ("推文在看数", "like"), ("留言条数", "like"),
    ("视频号点击", "like"), ("转本单位链接", "forward"), ("一键分享到群", "forward"), ("扫码投票", "vote-for-points"),
    ("网络评选得票", "vote-for-points"), ("装机覆盖率", "install-rate"), ("关注本单位公众号", "install-rate"),
    ("客户端安装", "install-rate"), ("实名认证率", "install-rate"), ("群众入群率", "install-rate"),
    ("平台学分", "app-points"), ("学习达人榜", "app-points"), ("以现场照为凭", "photo-only"),
    ("活动图片份数", "photo-only"),
])  # fmt: skip
def test_other_names_are_noticed_without_any_declaration(text: str, tag: str) -> None:
    assert tag in tags(text)


@pytest.mark.parametrize("text", [
    "设备使用率", "资金使用率", "床位使用率", "转发上级文件", "文件转发", "志愿者注册率", "社保卡激活率", "图书阅读量",
    "证件照片核对", "学时", "集中学习", "签到簿", "会议签到", "设备在线时间", "民主测评票", "发展党员票决",
    "信访件办结",
    "宣传稿件被采用", "党费登记", "走访慰问", "读书分享会", "点评讲评", "入户访问次数",
    "进入现场检查", "登高作业", "设备安装率", "照片墙维护", "转发救灾物资", "打卡钳工具", "转载机检修",
    "被市级媒体转载", "关注困难党员", "装机容量", "服务好评率", "会议签到率", "监测在线率", "播放警示教育片",
    "支部换届选举投票",
    "下载安装护栏", "网格员上线巡查", "排名公示", "产品认证率", "收藏书画展示", "分享会主讲", "现场图板",
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


@pytest.mark.parametrize("names", [("优", "合", "基本合", "不合"), ("优 秀", "合 格", "基本 合格", "不 合格")])
def test_the_four_grades_are_known_when_they_are_written_short_or_wide(names: tuple[str, ...]) -> None:
    assert decided(*names) == ["decided-by-people"]


@pytest.mark.parametrize("name", [
    "党员评议档次", "转为正式党员", "拟发展人员", "劝退建议", "限期改正", "下岗学习", "末位调岗", "辞退", "可提拔",
    "积分兑现", "绩效系数", "年终加发", "职务晋升",
])  # fmt: skip
def test_what_people_decide_is_known_under_other_names(name: str) -> None:
    assert decided(name, "其余") == ["decided-by-people"]


@pytest.mark.parametrize("name", [
    "评先候选", "帮扶", "谈心谈话", "承诺兑现", "慰问建议", "红旗", "警示", "待提高", "升星", "整改", "良好",
    "民主测评较好",
])  # fmt: skip
def test_names_of_points_and_of_help_are_left_alone(name: str) -> None:
    assert decided(name, "其余") == []


def test_the_last_persons_of_a_branch_are_not_named_by_a_grade() -> None:
    top = Top(Ties.ALL, all_but=(1, False))
    grade = Grade("g", title("评"), Span.YEAR, (Band("b0", title("达标"), None, top), Band("b1", title("其余"), None)))
    pack, problems, strict = pack_of(item(), grades=(grade,)), Problems(), Problems()
    check_compliance(pack, problems)
    check_preset(pack, "office", strict)
    assert "ranks-persons" in [p.code for p in problems]
    assert [p.code for p in strict] == ["preset-forbids"]


def test_names_of_grades_are_read_through_spaces() -> None:
    assert decided("可以 转 正", "其余") == ["decided-by-people"]


def test_every_tag_that_is_never_scored_has_words() -> None:
    text = (PACKS / "national" / "facts.yaml").read_text("utf-8")
    assert all(f"id: {tag}" in text for tag in WORDS)
