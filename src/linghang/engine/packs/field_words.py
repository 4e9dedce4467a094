"""What people call the keys and the fixed words of a pack: for the headings of workbooks and the published schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("field_words.yaml")


@dataclass(frozen=True)
class FieldWords:
    """A key's short name, and a sentence about it ("" = the name says all)."""

    name: str
    note: str = ""


@cache
def _all() -> Mapping[str, Mapping[str, FieldWords]]:
    """Record → key → words; ours, read once, and never anything that a person hands in."""
    said = yaml.safe_load(_FILE.read_text("utf-8"))
    return {what: {str(key): FieldWords(**words) for key, words in keys.items()} for what, keys in said.items()}


def words_of(what: str, key: str) -> FieldWords:
    """The words for a key of a record."""
    return _all()[what][key]


def records_with_words() -> Mapping[str, Mapping[str, FieldWords]]:
    return _all()


# --- fixed words -----------------------------------------------------------------------------------------------------

_USUAL = {
    "invented": "虚构示例", "adopted": "正式印发",
    "text-seen": "见过原文", "secondary": "见于转述", "remembered": "凭记忆", "own-document": "本单位文件",
    "member": "党员", "branch": "党支部", "party-group": "党小组", "unit": "单位", "project": "项目部",
    "zone": "责任区", "team": "班组", "study-group": "学习小组", "post": "先锋岗", "task": "重点任务", "idea": "建议",
    "person": "任何人", "committee": "党委", "department": "科室", "workshop": "车间", "field-site": "野外站点",
    "feature": "特色项目",
    "by_closing": "关账后就是没有发生", "open": "不说明什么",
    "none": "不要", "optional": "可有可无", "required": "必须",
    "month": "月", "quarter": "季", "half_year": "半年", "year": "年",
    "count": "数条数", "quantity": "数量相加",
    "officer": "党务干部", "leader": "班子成员", "inspector": "纪检干部", "secretary": "支部书记",
    "organiser": "组织委员", "discipline_member": "纪检委员", "group_leader": "党小组长", "staff": "职工",
    "confirmer": "业务确认人", "business_leader": "业务领导", "personnel": "人事部门", "outsider": "外单位人员",
    "reporter": "发起人", "responsible": "责任人", "tracker": "跟踪人", "verifier": "核验人", "superior": "上级",
    "settled": "办结", "refused": "不予办理", "withdrawn": "撤回", "reopened": "反复", "declared": "申报的记录",
    "next_working_day": "次日起算", "inclusive": "当日起算",
    "remind": "催办", "supervise": "督办", "listed": "挂牌督办",
    "right": "在右边对象那里", "anywhere": "在哪里都算", "day": "同一天算一次", "event": "每次活动算一次",
    "yellow": "黄", "red": "红", "links": "由联系", "membership": "由在那里的党员",
    "full": "照给", "pro_rata_days": "按天折算",
    "inside": "在限额以内", "outside": "在限额以外", "apart": "单列",
    "counted": "计入的", "cut": "被限额截掉的",
    "first": "最早的", "highest": "得分最高的", "lowest": "得分最低的",
    "add": "各算各的", "restart": "换成新的", "extend": "顺延",
    "organisation": "本支部", "high": "多的在前", "low": "少的在前",
    "out": "不参加", "zero": "算零", "mean": "平均数", "group_mean": "平均数",
    "group_best": "最高的", "last_year": "上年同期",
    "amount": "计数", "percent": "百分之几", "sum": "各月相加", "quarter_mean": "各季平均",
    "reweight": "由其余分担", "not_graded": "不评",
    "both": "都要", "either": "有一样就行", "complete": "可定稿", "provisional": "暂算", "exempt": "免评",
}  # fmt: skip
# the same word in lists where it means something else
_ELSEWHERE: Mapping[tuple[str, ...], Mapping[str, str]] = {
    ("all", "none"): {"all": "都给", "none": "都不给"},
    ("organisation", "all"): {"all": "全部"},
    ("refused", "reopened"): {"refused": "退回"},
    ("sum", "mean", "quarter_mean"): {"mean": "各月平均"},
}


def choice_words(choices: Sequence[str]) -> dict[str, str]:
    """Fixed word → what people call it, in the order given; a word without a name stands for itself."""
    special = _ELSEWHERE.get(tuple(choices), {})
    return {choice: special.get(choice) or _USUAL.get(choice, choice) for choice in choices}
