"""The scheme's arithmetic as spreadsheet formulas: what a record is worth, row by row of the scheme's tables.

Written from the text of the scheme, not from the program; names such as 课时分 are defined on the sheet 参数.
"""

from collections.abc import Mapping, Sequence

from making.happenings import Record

NUMBERS = (  # name, value, what it is, clause
    ("课时分", 0.50, "集中培训、讲座,每小时", "第四条"),
    ("线上分", 0.50, "线上课程,每满2小时", "第四条"),
    ("学习月上限", 4.00, "集中学习每月至多", "第四条"),
    ("缺席大会分", -5.00, "缺席党员大会、党课", "第五条"),
    ("缺席分", -3.50, "缺席其他会议", "第五条"),
    ("迟到分", -1.00, "迟到", "第五条"),
    ("党费分", -2.00, "逾期交纳党费,每次", "第六条"),
    ("党费月下限", -2.00, "每月至多扣", "第六条"),
    ("任务月上限", 6.00, "任务每月至多", "第七条"),
    ("攻坚月上限", 8.00, "急难险重任务每月至多", "第九条"),
    ("组织分", 3.00, "组织志愿服务,满1小时", "第十条"),
    ("服务分", 2.00, "参加志愿服务,满0.5小时", "第十条"),
    ("志愿月上限", 4.00, "志愿服务每月至多", "第十条"),
    ("志愿不足分", -2.00, "整月在册而当月一次也没有", "第十条"),
    ("金点子季上限", 16.00, "金点子每季至多", "第十一条"),
    ("表彰年上限", 20.00, "表彰每年至多", "第十二条"),
    ("帮带分", 0.25, "结对帮带,每小时", "第十三条"),
    ("帮带月上限", 2.00, "帮带每月至多", "第十三条"),
    ("帮带季上限", 5.00, "帮带每季至多", "第十三条"),
    ("学习基础", 10.00, "每月基础分", "类别"),
    ("学习上限", 15.00, "类别每月至多", "类别"),
    ("组织生活基础", 30.00, "每月基础分", "类别"),
    ("组织生活上限", 30.00, "类别每月至多", "类别"),
    ("履职基础", 30.00, "每月基础分", "类别"),
    ("履职上限", 40.00, "类别每月至多", "类别"),
    ("服务基础", 10.00, "每月基础分", "类别"),
    ("服务上限", 15.00, "类别每月至多", "类别"),
    ("类别下限", 0.00, "四项固定类别每月至少", "类别"),
    ("特色月上限", 10.00, "X 特色每月至多", "类别"),
    ("特色季上限", 25.00, "X 特色每季至多", "类别"),
    ("特色年上限", 60.00, "X 特色每年至多", "类别"),
    ("总分上限", 100.00, "每月总分至多", "总分"),
    ("总分下限", 0.00, "每月总分至少", "总分"),
    ("五星线", 270.00, "季度合计不低于", "评星"),
    ("四星线", 255.00, "季度合计不低于", "评星"),
    ("三星线", 240.00, "季度合计不低于", "评星"),
)
WORDS = (  # item, word, points: looked up by VLOOKUP
    ("任务", "按期完成", 1.50, "第七条"),
    ("任务", "逾期完成", -1.00, "第七条"),
    ("任务", "未完成", -3.00, "第七条"),
    ("违章", "一般", -2.00, "第八条"),
    ("违章", "较重", -5.00, "第八条"),
    ("违章", "严重", -15.00, "第八条"),
    ("金点子", "支部", 2.00, "第十一条"),
    ("金点子", "车间", 2.00, "第十一条"),
    ("金点子", "本单位", 4.00, "第十一条"),
    ("金点子", "上级单位", 8.00, "第十一条"),
    ("表彰", "本单位级", 3.00, "第十二条"),
    ("表彰", "市级", 5.00, "第十二条"),
    ("表彰", "省级", 8.00, "第十二条"),
)
_EXCUSED = 'OR(AND(OR(G{r}="缺席",G{r}="迟到"),OR(H{r}="公差",H{r}="病假",H{r}="休假")),G{r}="已补学")'
_AWAY = 'IF(G{r}="缺席",IF(OR(F{r}="党员大会",F{r}="党课"),缺席大会分,缺席分),IF(G{r}="迟到",迟到分,0))'
PRICES: Mapping[str, str] = {  # E quantity, F G H words of the record
    "学习": 'IF(F{r}="线上课程",INT(E{r}/2)*线上分,ROUND(E{r}*课时分,2))',
    "到会": f'IF({_EXCUSED},"减免",{_AWAY})',
    "党费": "党费分",
    "任务": "VLOOKUP(F{r},任务表,2,FALSE)",
    "违章": "VLOOKUP(F{r},违章表,2,FALSE)",
    "攻坚": "E{r}",
    "志愿": 'IF(AND(F{r}="组织者",E{r}>=1),组织分,IF(E{r}>=0.5,服务分,0))',
    "金点子": "VLOOKUP(F{r},金点子表,2,FALSE)",
    "表彰": "VLOOKUP(F{r},表彰表,2,FALSE)",
    "帮带": "ROUND(E{r}*帮带分,2)",
}
ONCE = ("到会", "志愿", "表彰")  # one record per member, month and event counts
# earlier rows begin with the one above the block: it is of another item and has no event, so it never equals
_EARLIER = "COUNTIFS(A${above}:A{above},A{r},B${above}:B{above},B{r},I${above}:I{above},I{r},J${above}:J{above},"
_BLOCK = "COUNTIFS(A${r}:A${z},A{r},B${r}:B${z},B{r},I${r}:I${z},I{r},J${r}:J${z},"


def counted_once(item: str, first: int, last: int) -> str:
    """Formula in K of the block's first row, to be filled down, for the items of `ONCE`; J is a record's own worth.

    到会: the first that is not excused. 志愿, 表彰: the highest, of equals the first. Rows are counted from 1.
    """
    place = {"r": first, "z": last, "above": first - 1}
    earlier, block, worth = _EARLIER.format(**place), _BLOCK.format(**place), f"J{first}"
    if item == "到会":
        return f'IF({worth}="减免",0,IF({earlier}"<>减免")>0,0,{worth}))'
    return f'IF(OR({block}">"&{worth})>0,{earlier}{worth})>0),0,{worth})'


def in_blocks(records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """The records by item, each block in the order in which they count: by day, then as listed."""
    blocks = [(item, [r for r in records if r.item == item]) for item in PRICES]
    return [(item, sorted(block, key=lambda r: r.day)) for item, block in blocks]


# --- a member's month: the columns of the sheet 月度 -------------------------------------------------
# letter is given by position from F on; in the texts, {r} is the row, [学习Σ] the column of that title

CHAINED = (  # what a limit of quarter or year looks at over several months, and the limit
    ("金点子Σ", "金点子季上限"),
    ("表彰Σ", "表彰年上限"),
    ("帮带月内", "帮带季上限"),
    ("特色月内", "特色季上限"),
    ("特色季内", "特色年上限"),
)
_ASKED = 'IF(AND(C{r}="可定稿",D{r}=INDEX(天数,B{r}),[次数]<1),志愿不足分,0)'


def _chained(title: str) -> str:
    """What a month adds to the limited sum since January: limited sum up to this month less that up to the last."""
    limit = dict(CHAINED)[title]
    since = f"SUMIFS(月_{title},月_编号,$A{{r}},月_月,"
    return f'MIN({limit},{since}"<="&$B{{r}}))-MIN({limit},{since}"<"&$B{{r}}))'


def _month_columns() -> list[tuple[str, str, str]]:
    def items(*names: str) -> dict[str, str]:
        return {f"{n}Σ": f'SUMIFS(计入,编号,$A{{r}},月,$B{{r}},项目,"{n}")' for n in names}

    def category(name: str, parts: str) -> dict[str, str]:
        return {
            f"{name}基础分": f"ROUND({name}基础*E{{r}},2)",
            f"{name}限前": f"ROUND([{name}基础分]+{parts},2)",
            f"{name}得分": f"MAX(类别下限,MIN({name}上限,[{name}限前]))",
        }

    groups: dict[str, dict[str, str]] = {
        "学习": {**items("学习"), "学习计": "MIN(学习月上限,[学习Σ])", **category("学习", "[学习计]")},
        "组织生活": {
            **items("到会", "党费"),
            "党费计": "MAX(党费月下限,[党费Σ])",
            **category("组织生活", "[到会Σ]+[党费计]"),
        },
        "履职": {
            **items("任务", "违章", "攻坚"),
            "任务计": "MIN(任务月上限,[任务Σ])",
            "攻坚计": "MIN(攻坚月上限,[攻坚Σ])",
            **category("履职", "[任务计]+[违章Σ]+[攻坚计]"),
        },
        "服务": {
            **items("志愿"),
            "志愿计": "MIN(志愿月上限,[志愿Σ])",
            "次数": 'COUNTIFS(编号,$A{r},月,$B{r},项目,"志愿")',
            "不足": _ASKED,
            **category("服务", "[志愿计]+[不足]"),
        },
        "X 特色": {
            **items("金点子", "表彰", "帮带"),
            "金点子计": _chained("金点子Σ"),
            "表彰计": _chained("表彰Σ"),
            "帮带月内": "MIN(帮带月上限,[帮带Σ])",
            "帮带计": _chained("帮带月内"),
            "特色限前": "ROUND([金点子计]+[表彰计]+[帮带计],2)",
            "特色月内": "MIN(特色月上限,[特色限前])",
            "特色季内": _chained("特色月内"),
            "特色得分": _chained("特色季内"),
        },
        "总分": {
            "限前": "ROUND([学习得分]+[组织生活得分]+[履职得分]+[服务得分]+[特色得分],2)",
            "总分": 'IF(D{r}=0,"",MAX(总分下限,MIN(总分上限,[限前])))',
        },
    }
    return [(group, title, text) for group, columns in groups.items() for title, text in columns.items()]


MONTH_COLUMNS = _month_columns()
COVERED = (  # limit, the month's column that it limits, or an area by name; whether 0 days are left out
    ("学习月上限", "学习Σ"),
    ("党费月下限", "党费Σ"),
    ("任务月上限", "任务Σ"),
    ("攻坚月上限", "攻坚Σ"),
    ("志愿月上限", "志愿Σ"),
    ("帮带月上限", "帮带Σ"),
    ("组织生活上限", "组织生活限前"),
    ("履职上限", "履职限前"),
    ("特色月上限", "特色限前"),
    ("总分上限", "限前"),
    ("类别下限", "组织生活限前"),
    ("类别下限", "履职限前"),
    ("金点子季上限", "金点子"),
    ("表彰年上限", "表彰"),
    ("帮带季上限", "帮带"),
    ("特色季上限", "特色"),
    ("五星线", "季度"),
    ("四星线", "季度"),
    ("三星线", "季度"),
)
