"""Words by which people call what must not be scored, whatever a pack declares: names only make us ask.

A pack's own meanings add words. What contains such a word and is something else is named in `INNOCENT`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linghang.engine.packs.model import Pack

RULING = "《政务移动互联网应用程序规范化管理办法》（国办函〔2026〕12号）"
# tag → what it is called, and words for it
WORDS: Mapping[str, tuple[str, str]] = {
    "app-login": (
        "登录、打卡",
        """登录 登陆 登入 打卡 签到次数 签到率 每日签到 连续签到 活跃度 活跃率 活跃天数 线上活跃 日活 月活 在线率
        上线次数 上线天数 上线率 打开次数 启动次数 访问次数 访问量 打开…APP 进入…系统…次 进入…平台…次
        系统使用情况 系统使用次数 平台使用情况 平台使用次数""",
    ),
    "online-time": (
        "在线时长",
        """在线时长 在线时间 在线分钟 线上时长 网上时长 学习时长 观看时长 收看时长 视频时长 浏览时长 使用时长
        使用时间 停留时长 停留时间 停留分钟 观看分钟 在线学习时间 浏览时间 完播 刷课 挂机 挂网""",
    ),
    "like": (
        "点赞、评论、点击",
        """点赞 集赞 转评赞 一键三连 双击…红心 在看数 好评数 好评量 收藏数 收藏量 评论数 评论量 评论条数 留言数
        留言条数 发帖数 发帖量 跟帖 互动量 互动数 阅读量 阅读数 浏览量 点击 播放量 播放数 点播次数 直播间人数""",
    ),
    "forward": ("转发", "转发 分享次数 分享链接 一键分享 转…链接 刷…链接 朋友圈 刷屏"),
    "vote-for-points": (
        "网上投票",
        """网络投票 网上投票 线上投票 微信投票 扫码投票 人气投票 投票次数 拉票 刷票 集票 投票助力 网评票
        网络评选 网上评选 线上评选 微信评选""",
    ),
    "install-rate": (
        "安装率、使用率",
        """安装率 安装数 安装量 APP安装 安装…APP 客户端安装 安装覆盖 装机率 装机覆盖 使用率 下载量 下载率 下载数
        下载完成 下载…APP 注册率 激活率 绑定率 认证率 入群率 进群率 关注数 关注量 关注率 关注…公众号 公众号关注
        粉丝 推广码""",
    ),
    "app-points": (
        "应用程序积分",
        """学习强国 强国积分 强国分 平台积分 平台得分 平台学分 应用积分 APP积分 软件积分 小程序积分 答题积分
        积分排行 排行榜 达人榜""",
    ),
    "photo-only": (
        "以照片、截图为凭",
        """照片 现场照 截图 截屏 拍照 合影 晒图 晒照 水印相机 上传图片 上传视频 上传数 现场图片 活动图片 图片份数
        图片数 图片张数 留痕""",
    ),
}
INNOCENT = """转发文件 转发通知 转发上级 文件转发 通知转发 证件照片 照片档案 设备使用率 资金使用率 经费使用率 场地使用率
    床位使用率 车辆使用率 机组使用率 材料使用率 药物使用率 能源使用率 工具使用率 用品使用率 安全带使用率 器械使用率
    志愿者注册率 志愿服务注册率 社保卡激活率 银行卡激活率 信用卡激活率 图书阅读量 书籍阅读量 设备在线时间
    机组在线时间 监测在线时间 设备使用时长 入户访问次数 家庭访问次数 上门访问次数 日活动 月活动 周活动
    设备使用时间 场地使用时间 会议室使用时间 设备在线率 监测在线率 终端在线率 会议签到率 到会签到率 培训签到率
    活动签到率 设备安装率 器材安装率 电梯安装率 水表安装率 路灯安装率 报警器安装率 照片墙 转发救灾 转发物资
    快递转发 打卡钳 资质认证率 质量认证率 产品认证率 体系认证率 资格认证率"""
_BETWEEN = re.compile(r"[\s\W_]+")
_GAP = r".{0,4}"  # what may stand where a word has "…": other words, but few


def forbidden_words(text: str, pack: "Pack") -> Iterator[tuple[str, str, str, str]]:
    """(tag, word, what it is called, why it must not be scored) of every sort of metric that a text speaks of.

    Spaces, signs and the width of letters between the characters of a word do not hide it.
    """
    told = plain(text)
    for phrase in INNOCENT.split():
        told = told.replace(plain(phrase), "|")
    for tag, (name, words) in WORDS.items():
        meaning = pack.meanings.get(tag)
        word = next((w for w in words.split() if _pattern(w).search(told)), "")
        word = word or _declared(meaning.words if meaning else (), told)
        if word:
            named = bool(meaning and meaning.forbidden)
            title = meaning.title["zh"] if meaning and named else name
            yield tag, word, title, meaning.forbidden if meaning and named else f"不得作为考评依据（{RULING}）"
    for meaning in pack.meanings.values():
        if meaning.forbidden and meaning.id not in WORDS:
            word = _declared(meaning.words, told)
            if word:
                yield meaning.id, word, meaning.title["zh"], meaning.forbidden


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """What finds one of our own words in a plain text; "…" within it stands for a few characters."""
    return re.compile(_GAP.join(re.escape(plain(part)) for part in word.split("…")))


def _declared(words: Iterable[str], told: str) -> str:
    """The first of a pack's words that stands in a plain text; they are taken as they are written."""
    return next((w for w in words if plain(w) and plain(w) in told), "")


def plain(text: str) -> str:
    """A text without what hides its words: width of letters, spaces and signs."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
