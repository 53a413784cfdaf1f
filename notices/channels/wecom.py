"""企业微信群机器人: a robot in a group of WeCom, which mentions people by their mobile numbers.

The robot is known by a key in its address; there is no signature. HTTP 200 says nothing: `errcode`
does. Text is at most 2048 bytes, 20 messages a minute a robot.
"""

import json
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.answers import said
from notices.channels.cutting import fitted
from notices.channels.kind import Field, Kind, Line, Rate, addresses
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, refused, sent

LONGEST = 2048
# Too fast, or busy: the same message is taken later.
TRY_AGAIN = {-1, 45009, 45033, 50002}
# About this very message, not about the robot.
MESSAGE_IS_WRONG = {40008, 40058, 44004, 45002}


def send(line: Line, message: Message, address: str) -> Outcome:
    text = {"content": fitted(message.head, message.text, message.url, LONGEST)}
    people = addresses(address)
    body = {
        "msgtype": "text",
        "text": text
        | {
            "mentioned_mobile_list": [one for one in people if one.lstrip("+").isdigit()],
            "mentioned_list": [one for one in people if not one.lstrip("+").isdigit()],
        },
    }
    url = f"{line.get('base')}/cgi-bin/webhook/send?{urlencode({'key': line.secret('key')})}"
    answer = wire.post(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    told, outcome = said(answer)
    if outcome is not None:
        return outcome
    code, words = told.get("errcode"), told.get("errmsg", "")
    if code == 0:
        return sent(words=words, code=0)
    if code in TRY_AGAIN:
        # The robot's minute has to pass.
        return failed(code, words, retry_after=60.0 if code == 45009 else None)
    return refused(code, words, Blame.MESSAGE if code in MESSAGE_IS_WRONG else Blame.CHANNEL)


KIND = Kind(
    "wecom",
    _("企业微信群机器人"),
    send,
    (
        Field("base", _("接口地址"), default="https://qyapi.weixin.qq.com", is_place=True),
        Field("key", _("机器人 key"), _("Webhook 地址里 key= 后面的部分。"), is_secret=True),
    ),
    reaches=frozenset({"wecom"}),
    rates=(Rate(20, 60),),
    gathers=True,
    needs_address=False,
    address_label=_("要 @ 的手机号或账号，可以不填"),
)
