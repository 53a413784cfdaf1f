"""Apprise, for whatever has no channel of its own here: Twilio, Telegram, Matrix, web push …

It runs in a process of its own (`apprise_alone`), with an empty environment and under the same
rules of hosts and addresses, and is killed when its time is up: it has its own ways of speaking
HTTP, which know none of that. The Chinese robots are refused here, because Apprise takes any
HTTP 200 of theirs for success; they have channels that read the answer.
"""

import json
import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.channels.kind import SERVES, Field, Kind, Line
from notices.channels.message import Message
from notices.channels.outcome import Outcome, failed, refused, sent, unknown

# A whole Python starts first.
PATIENCE = 25.0
HAVE_THEIR_OWN = {"wecombot", "dingtalk", "feishu", "lark", "mailto", "mailtos"}
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


def send(line: Line, message: Message, address: str) -> Outcome:
    asked = {
        "url": line.secret("url").replace("{address}", address),
        "title": message.head,
        "body": "\n".join(part for part in (message.text, message.url) if part) or message.head,
        "hosts": settings.CHANNEL_HOSTS,
        "networks": settings.CHANNEL_NETWORKS,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "notices.channels.apprise_alone"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return unknown("timeout", f"no answer within {PATIENCE:g} s")
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        return unknown(done.returncode, done.stderr[-300:])
    if answer["result"] == "sent":
        return sent(words=answer["words"])
    if answer["result"] == "refused":
        return refused("apprise", answer["words"])
    return failed("apprise", answer["words"])


def _wrong_url(value: str) -> Any:
    scheme = value.partition("://")[0].lower()
    if "://" not in value:
        return gettext("请填写 Apprise 地址，例如 matrixs://… 。")
    if scheme in HAVE_THEIR_OWN:
        return gettext("「%(scheme)s」请用它自己的渠道类型，那里会检查返回码。") % {
            "scheme": scheme
        }
    if "verify=no" in value.lower():
        return gettext("不能关闭证书验证。")
    return ""


KIND = Kind(
    "apprise",
    _("其他（Apprise）"),
    send,
    (
        SERVES,
        Field(
            "url",
            _("Apprise 地址"),
            _("整个地址都作为密钥保存；{address} 会换成收件人的地址。"),
            is_secret=True,
            check=_wrong_url,
        ),
    ),
    reaches=frozenset({"phone", "sms", "email", "wecom", "dingtalk", "feishu"}),
    needs_address=False,
    address_label=_("收件人地址，代替 {address}"),
)
