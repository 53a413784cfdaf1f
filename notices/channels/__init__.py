"""Channels: every way out of the product, one file each, and one function for all of them."""

import logging
from dataclasses import replace

from notices.channels import (
    aliyun_sms,
    apprise,
    dingtalk,
    feishu,
    mail,
    tencent_sms,
    voice,
    webhook,
    wecom,
    wire,
)
from notices.channels.kind import Field, Kind, Line, Rate
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, Result, failed, refused, unknown

logger = logging.getLogger(__name__)

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        *(wecom, dingtalk, feishu, mail, aliyun_sms, tencent_sms, voice, webhook, apprise),
    )
}


def send(line: Line, message: Message, address: str) -> Outcome:
    """Send once, through one channel, to one address; say what became of it.

    Raises nothing: whatever goes wrong is an outcome. Takes seconds at worst and must be called
    outside of any transaction. What the provider says is given without our secrets in it.
    """
    try:
        outcome = KINDS[line.kind].send(line, message, address)
    except wire.Forbidden as error:
        outcome = refused("forbidden", error)
    except wire.NotSent as error:
        outcome = failed("unreachable", error)
    except wire.NoAnswer as error:
        outcome = unknown("no-answer", error)
    except Exception as error:
        # A fault of ours or a setting nobody foresaw: it may have happened after the sending.
        logger.exception("channel %s failed", line.kind)
        outcome = unknown(type(error).__name__, "")
    return replace(
        outcome,
        code=outcome.code[:80],
        words=line.without_secrets(" ".join(outcome.words.split()))[:300],
        provider_id=line.without_secrets(outcome.provider_id)[:120],
    )


__all__ = [
    "KINDS",
    "Blame",
    "Field",
    "Kind",
    "Line",
    "Message",
    "Outcome",
    "Rate",
    "Result",
    "send",
]
