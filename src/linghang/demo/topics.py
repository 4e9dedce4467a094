"""What meetings of the demo are about: believable, and never the same twice in a row. All invented."""

from random import Random

THEME_DAY = {
    "采掘": (
        "支架检修难点现场会诊",
        "顶板管理案例学习",
        "采面标准化互查",
        "班前会怎么开讨论",
        "回撤前安全承诺",
        "风险隐患随手拍整改",
    ),
    "辅助": (
        "设备点检路线重新走一遍",
        "停送电制度案例学习",
        "备件浪费找一找",
        "巷道卫生责任区清理",
        "应急演练复盘",
        "修旧利废比一比",
    ),
    "机关": ("到基层听意见", "办事流程减一环", "制度条款逐条读", "作风问题自查", "服务承诺亮出来", "帮扶职工走访"),
    "野外": (
        "野外驻地学习会",
        "钻探质量问题剖析",
        "安全出队前再提醒",
        "向老队员学编录",
        "绿色勘查现场会",
        "驻地群众走访",
    ),
    "科研": ("项目难题会诊", "数据质量自查", "学风与署名规范学习", "成果转化座谈", "青年读书分享", "实验室安全排查"),
    "生产": ("工艺波动原因讨论", "标准化作业对标", "降本点子征集", "岗位练兵", "隐患排查责任区", "交接班质量互评"),
    "离退休": (
        "老党员讲传统",
        "读报交流",
        "健康讲座与座谈",
        "关心下一代座谈",
        "重温入党经历",
        "为本单位发展提一条建议",
    ),
}
GENERAL = (
    "季度工作报告和下季度安排",
    "接收预备党员（讨论、表决）",
    "组织生活会征求意见情况通报",
    "支部年度计划讨论",
    "党费收缴使用情况报告",
    "评先推荐人选酝酿",
)
COMMITTEE = (
    "本月工作单和到会情况",
    "党员积分核对",
    "难点任务责任分工",
    "困难职工帮扶名单",
    "发展对象培养情况",
    "问题台账逐条过",
)
GROUP = ("三亮：进度、差距、措施", "金点子征集", "补学任务认领", "本组责任区情况", "互提一条意见")
LECTURE = (
    "把责任落到岗位上",
    "从一次设备停机看责任心",
    "安全是最大的担当",
    "学条例、用条例",
    "支部工作怎样围着生产转",
    "老一辈找矿人的故事",
)
VOLUNTEER = ("社区义务清扫", "汛期值守", "无偿献血", "老旧小区电路检修", "植树", "助学结对辅导")


def topic(kind: str, category: str, random: Random) -> str:
    """A subject for one meeting of this kind in a branch of this category."""
    fixed = {"general-meeting": GENERAL, "committee-meeting": COMMITTEE, "group-meeting": GROUP, "lecture": LECTURE}
    return random.choice(fixed[kind] if kind in fixed else THEME_DAY.get(category, THEME_DAY["机关"]))
