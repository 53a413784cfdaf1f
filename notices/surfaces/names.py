"""Everyday services of a hospital in English, where the hospital has written no English of its own.

A service that is not here is not guessed at.
"""

_ENGLISH = {
    "挂号": "registration",
    "急诊挂号": "emergency registration",
    "预约": "appointments",
    "预约挂号": "appointments",
    "网上预约": "online appointments",
    "缴费": "payment",
    "收费": "payment",
    "自助机": "self-service machines",
    "自助服务": "self-service machines",
    "导诊": "patient guidance",
    "查询": "enquiries",
    "报告查询": "test results",
    "取药": "pharmacy",
    "住院登记": "inpatient admission",
    "住院结算": "inpatient billing",
    "出院结算": "inpatient billing",
    "医保结算": "insurance settlement",
    "客服热线": "the service hotline",
    "叫号": "the queue display",
    "检查预约": "examination booking",
}


def in_english(name: str) -> str:
    """The English name of a service; nothing where none is known."""
    return name if name.isascii() else _ENGLISH.get(name.strip(), "")
