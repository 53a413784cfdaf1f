"""Channels: every way out of the product, one file each, and one function for all of them."""

import logging
from dataclasses import replace

from notices.channels import (
    aliyun_sms,
    apprise,
    dingtalk,
    feishu,
    mail,
    phone_tree,
    tencent_sms,
    voice,
    web_push,
    webhook,
    wecom,
    wire,
)
from notices.channels.kind import Field, Kind, Line, Rate
from notices.channels.message import Attached, Message
from notices.channels.outcome import Blame, Outcome, Result, failed, refused, storable, unknown

logger = logging.getLogger(__name__)

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        *(wecom, dingtalk, feishu, mail, aliyun_sms, tencent_sms, voice, webhook, apprise),
        *(web_push, phone_tree),
    )
}

# Ways that a person goes, after all others.
BY_HAND = tuple(name for name, kind in KINDS.items() if kind.is_by_hand)


def send(line: Line, message: Message, address: str) -> Outcome:
    """Send once, through one channel, to one address; say what became of it.

    Raises nothing: whatever goes wrong is an outcome. Takes seconds at worst and must be called
    outside of any transaction. What the provider says is given without our secrets in it.
    """
    made_of = KINDS[line.kind]
    try:
        outcome = _went_out(made_of, line, message, address) or made_of.send(line, message, address)
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
        code=storable(outcome.code)[:80],
        words=line.without_secrets(" ".join(storable(outcome.words).split()))[:300],
        provider_id=line.without_secrets(storable(outcome.provider_id))[:120],
    )


def _went_out(made_of: Kind, line: Line, message: Message, address: str) -> Outcome | None:
    """The provider's own account of an earlier try, where it may have arrived; None: send it.

    Of several alerts in one message it is not asked: the earlier one may have told fewer of them.
    """
    if made_of.ask is None or not message.is_repeat or len(message.keys) > 1:
        return None
    try:
        return made_of.ask(line, message, address)
    except wire.WireError:
        return None


__all__ = [
    "BY_HAND",
    "KINDS",
    "Attached",
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
