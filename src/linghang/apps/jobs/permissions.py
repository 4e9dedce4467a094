"""Who may open which address of this room: everybody, for the jobs that he started himself."""

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("jobs:list", "我的任务", roles={EVERYONE: Reach.SELF}),
    Rule("jobs:job", "任务详情", roles={EVERYONE: Reach.SELF}),
    Rule("jobs:cancel", "取消任务", roles={EVERYONE: Reach.SELF}),
    Rule("jobs:file", "任务结果文件", roles={EVERYONE: Reach.SELF}, reads=True),
)
