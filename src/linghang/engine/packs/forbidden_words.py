"""Words by which people call what must not be scored, whatever a pack declares: names only make us ask.

A pack's own meanings add words. What contains such a word and is something else is named in `INNOCENT`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linghang.engine.packs.model import Pack

RULING = "《政务移动互联网应用程序规范化管理办法》（国办函〔2026〕12号）"
# tag → what it is called, and words for it
WORDS: Mapping[str, tuple[str, str]] = {
    "app-login": (
        "登录、打卡",
        """登录 登陆 打卡 签到次数 每日签到 连续签到 活跃度 日活 月活 上线次数 上线天数 打开次数 启动次数
        访问次数 访问量""",
    ),
    "online-time": (
        "在线时长",
        """在线时长 在线时间 在线分钟 线上时长 网上时长 学习时长 观看时长 收看时长 视频时长 浏览时长 使用时长
        停留时长 挂机""",
    ),
    "like": (
        "点赞、评论、点击",
        """点赞 转评赞 一键三连 评论数 评论量 留言数 跟帖 阅读量 阅读数 浏览量 点击量 点击率 点击数""",
    ),
    "forward": ("转发", "转发 分享次数 分享链接 朋友圈 刷屏"),
    "vote-for-points": ("网上投票", "网络投票 网上投票 线上投票 微信投票 人气投票 投票次数 拉票 刷票 投票助力"),
    "install-rate": (
        "安装率、使用率",
        """安装率 安装数 安装量 装机率 使用率 下载量 下载率 注册率 激活率 绑定率 关注数 关注量 关注率 关注公众号
        粉丝 推广码""",
    ),
    "app-points": (
        "应用程序积分",
        "学习强国 强国积分 强国分 平台积分 平台得分 应用积分 APP积分 软件积分 小程序积分 积分排行 排行榜",
    ),
    "photo-only": ("以照片、截图为凭", "照片 截图 截屏 拍照 合影 晒图 晒照 水印相机 上传图片 上传数 留痕"),
}
INNOCENT = """转发文件 转发通知 转发上级 文件转发 通知转发 证件照片 照片档案 设备使用率 资金使用率 经费使用率 场地使用率
    床位使用率 车辆使用率 机组使用率 材料使用率 药物使用率 能源使用率 工具使用率 用品使用率 安全带使用率 器械使用率
    志愿者注册率 志愿服务注册率 社保卡激活率 银行卡激活率 信用卡激活率 图书阅读量 书籍阅读量 设备在线时间
    机组在线时间 监测在线时间 设备使用时长 入户访问次数 家庭访问次数 上门访问次数 日活动 月活动 周活动"""
_BETWEEN = re.compile(r"[\s\W_]+")


def forbidden_words(text: str, pack: "Pack") -> Iterator[tuple[str, str, str, str]]:
    """(tag, word, what it is called, why it must not be scored) of every sort of metric that a text speaks of.

    Spaces, signs and the width of letters between the characters of a word do not hide it.
    """
    told = plain(text)
    for phrase in INNOCENT.split():
        told = told.replace(plain(phrase), "|")
    for tag, (name, words) in WORDS.items():
        meaning = pack.meanings.get(tag)
        more = meaning.words if meaning else ()
        word = next((w for w in (*words.split(), *more) if plain(w) in told), "")
        if word:
            named = bool(meaning and meaning.forbidden)
            title = meaning.title["zh"] if meaning and named else name
            yield tag, word, title, meaning.forbidden if meaning and named else f"不得作为考评依据（{RULING}）"
    for meaning in pack.meanings.values():
        if meaning.forbidden and meaning.id not in WORDS:
            word = next((w for w in meaning.words if plain(w) in told), "")
            if word:
                yield meaning.id, word, meaning.title["zh"], meaning.forbidden


def plain(text: str) -> str:
    """A text without what hides its words: width of letters, spaces and signs."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
