"""A made-up catalogue of any size, the same for the same seed: for measuring the search, never for readers."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

_PARTS = (
    "密码键盘 读卡器 磁头 芯片座 感应区 打印机 纸仓 切刀 电池 充电器 适配器 主板 屏幕 触屏 按键 扬声器 蜂鸣器 指示灯 网口 串口 拨号模块 流量卡"
    " 天线 底座 钱箱 扫码头 摄像头 安全模块 密钥芯片 存储卡 时钟电池 散热片 外壳 螺丝 数据线 电源线 转接头 键盘线 收银软件 收单程序 固件"
    " 参数文件 公钥文件 工作密钥 主密钥 批次文件 流水文件 冲正文件 黑名单 卡表 商户号 终端号 操作员号 结算单 签购单 对账单 预授权 脱机交易"
).split()
_TROUBLES = (
    "没有反应 读不出来 连接断开 校验出错 初始化失败 版本不符 容量已满 电压过低 温度过高 接触不良 被锁定 已过期 未下载 未登记 重复提交"
    " 超时未应答 格式不对 长度不对 找不到原记录 金额不符 次数超限 权限不足 状态异常 数据损坏 写入失败 读取失败 注入失败 同步失败 更新中断"
    " 签名无效 时间不准 卡在中途 反复重启 自动关机 声音异常 显示花屏 灯不亮 走纸不停 打印模糊 信号微弱 拨号无音 解析出错 地址不通 证书失效"
).split()
_WHEN = (
    "开机时 签到时 结算时 换班时 插卡后 挥卡后 刷卡后 输密码后 打印时 撤销时 退货时 预授权完成时 下载参数时 更新程序时 切换网络时 充电时"
    " 断电以后 换纸以后 换电池后 搬动以后 长期不用后 节假日后 月底对账时 夜间日切时 第一次使用时 多人排队时 天冷的早上 雨天 外出收款时 备用机上"
).split()
_PLACES = (
    "前台 后厨 仓库 柜台 车间 门店 摊位 药店 超市 饭店 酒店 加油站 停车场 电影院 美容院 健身房 书店 花店 母婴店 五金店 水果店 菜市场 便利店"
    " 火锅店 理发店 诊所 学校食堂 景区 展会 快递点"
).split()
# Syllables of made-up names, so that rare words are there as they are in a real catalogue.
_RARE = "澜 骁 琨 晟 霖 赫 睿 铮 昊 绮 蔚 煊 钧 泓 瀚 珩 翊 沐 彦 珞 淳 蓓 祺 朔 嵘 黛 骐 璟 暄 茗 皓 屿 岚 芷 琰 勋 歆 谦 悦 弘".split()
_FORMS = ("L####", "LL###", "L#####", "####L", "LL####", "L###L")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without those that look like figures


@dataclass(frozen=True, slots=True)
class SampleCode:
    """A made-up meaning with its string, and a question that it alone answers best."""

    number: int
    string: str
    title: str
    screen_text: str
    meaning: str
    asked_as: tuple[str, ...]
    question: str
    keyword: str

    @property
    def slug(self) -> str:
        return f"sample-{self.number:07}"


def sample_codes(size: int, seed: int) -> Iterator[SampleCode]:
    """`size` codes with different strings and titles; the same for the same `seed`."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    strings: set[str] = set()
    titles: set[str] = set()
    while len(titles) < size:
        part, trouble, when, place = (chance.choice(words) for words in (_PARTS, _TROUBLES, _WHEN, _PLACES))
        model = "".join(chance.choice(_RARE) for _ in range(3))
        title = f"{when}{part}{trouble}（{model}型，{place}）"
        string = "".join(
            chance.choice(_LETTERS) if sign == "L" else chance.choice("0123456789") for sign in chance.choice(_FORMS)
        )
        if title in titles or string in strings:
            continue
        titles.add(title)
        strings.add(string)
        others = (chance.choice(_PARTS), chance.choice(_TROUBLES))
        yield SampleCode(
            number=len(titles),
            string=string,
            title=title,
            screen_text=f"{part}{trouble}",
            meaning=f"{place}里用的{model}型机器，{when}{part}{trouble}。多半和{others[0]}有关，少数是{others[1]}。先查上一笔，再看{part}。",
            asked_as=(f"{part}{trouble}怎么弄", f"{model}{trouble}"),
            question=f"我们{place}的{model}型刷卡机{when}老是{part}{trouble}，是怎么回事，要不要报修？",
            keyword=chance.choice((part, trouble, f"{part}{trouble}")),
        )


def misspelt(string: str, chance: random.Random) -> str:
    """`string` with one edit: a sign missing, too many, wrong, or two neighbours swapped."""
    place = chance.randrange(len(string))
    sign = chance.choice(_LETTERS + "0123456789")
    edits = (
        string[:place] + string[place + 1 :],
        string[:place] + sign + string[place:],
        string[:place] + sign + string[place + 1 :],
        string[:place] + string[place + 1 : place + 2] + string[place : place + 1] + string[place + 2 :],
    )
    changed = chance.choice(edits)
    return changed if changed != string else misspelt(string, chance)
