"""Channels for tests, through the verbs, towards a sink on this machine."""

from typing import Any

from notices import workflow
from notices.models import Channel
from tests import make
from tests.sinks import Sink

SECRETS = {
    "wecom": {"key": "wecom-secret-key"},
    "webhook": {"secret": "a long enough secret"},
    "dingtalk": {"token": "dingtalk-token", "signing": "SECdingtalk"},
    "voice": {"token": "Bearer voice-token"},
    "aliyun_sms": {"key": "aliyun-secret-key"},
}
MORE: dict[str, dict[str, str]] = {
    "voice": {"body": '{"to": "{number}", "text": "{text}", "id": "{key}"}', "id_field": "id"},
    "aliyun_sms": {
        "key_id": "LTAI",
        "signature": "示范医院",
        "template": "SMS_1",
        "variables": "level, title",
    },
}


def channel(kind: str, sink: Sink, **facts: Any) -> Channel:
    """A channel of this kind whose provider is the sink; without limits of rate."""
    place = "url" if kind in ("webhook", "voice") else "base"
    configuration = {place: sink.url} | MORE.get(kind, {}) | facts.pop("configuration", {})
    facts = {"name": f"{kind} 渠道", "secrets": SECRETS.get(kind, {}), "rates": []} | facts
    return workflow.add_channel(kind, by=make.person("admin"), configuration=configuration, **facts)
