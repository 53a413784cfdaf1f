"""Words that patients understand: finding those that they do not (domain, section 4)."""

import re

# Words of the trade. A person in a queue must not have to ask what they mean.
JARGON = (
    "服务器",
    "数据库",
    "宕机",
    "当机",
    "死机",
    "交换机",
    "路由器",
    "防火墙",
    "网关",
    "接口超时",
    "接口",
    "报错",
    "端口",
    "链路",
    "光纤",
    "机房",
    "主机",
    "虚拟机",
    "集群",
    "磁盘",
    "内存",
    "带宽",
    "丢包",
    "中间件",
    "进程",
    "线程",
    "补丁",
    "重启",
    "回滚",
    "运维",
    "日志",
    "木马",
    "勒索",
    "病毒攻击",
    "入侵",
    "域名",
)
# Latin words and abbreviations of the trade, where they stand alone.
_LATIN = (
    *("IP", "HIS", "LIS", "PACS", "EMR", "DNS", "VPN", "API", "SQL", "Oracle", "MySQL", "Redis"),
    *("server", "database", "bug", "down", "error", "timeout", "CPU", "RAID", "UPS", "WiFi"),
)
_WORDS = re.compile("|".join(sorted(map(re.escape, JARGON), key=len, reverse=True)))
_ABBREVIATIONS = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(_LATIN)})(?![A-Za-z])", re.IGNORECASE)
_ADDRESSES = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def jargon_in(text: str) -> list[str]:
    """The words of a text that patients would not understand, each once, as they stand there."""
    found = [
        match.group(0)
        for pattern in (_WORDS, _ABBREVIATIONS, _ADDRESSES)
        for match in pattern.finditer(text)
    ]
    return list(dict.fromkeys(found))
