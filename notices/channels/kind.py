"""What a channel is made of: its fields, its secrets, its rates, and the function that sends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.channels.message import Message
from notices.channels.outcome import Outcome

if TYPE_CHECKING:
    from notices.channels.uplink import Hearing

Text = str | Promise


@dataclass(frozen=True)
class Field:
    """One thing that an administrator sets. A secret is stored sealed and never shown again.

    `is_place`: it says where messages, and with them the secrets, go. `check` gives a sentence
    about what is wrong with a value, or nothing.
    """

    name: str
    label: Text
    help: Text = ""
    default: str = ""
    is_secret: bool = False
    is_required: bool = True
    is_long: bool = False
    is_place: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    check: Callable[[str], Text] | None = None


@dataclass(frozen=True)
class Rate:
    """At most `most` messages in any `seconds`: of the channel, or to each single address."""

    most: int
    seconds: int
    per_address: bool = False


@dataclass(frozen=True)
class Line:
    """One configured channel as an adapter sees it: everything plain, nothing of the database."""

    kind: str
    name: str = ""
    configuration: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str:
        return str(self.configuration.get(name, "") or "").strip()

    def secret(self, name: str) -> str:
        return str(self.secrets.get(name, "") or "").strip()

    def without_secrets(self, text: str) -> str:
        """The text with every secret blotted out: some providers say back what they were sent."""
        for secret in sorted(self.secrets.values(), key=len, reverse=True):
            for part in secret.split():
                if len(part) >= 4:
                    text = text.replace(part, "•••")
        return text


@dataclass(frozen=True)
class Kind:
    """One way of reaching people.

    `reaches` names the kinds of a person's contact points that it can serve (none: it goes to
    readers alone); one that can serve several is told by its field `serves` which. `gathers`: one
    message may name several people (a robot in a group), their addresses joined by commas.
    `is_by_hand`: a person does it, after all other ways; nothing leaves the house.
    """

    name: str
    label: Text
    send: Callable[[Line, Message, str], Outcome]
    fields: tuple[Field, ...] = ()
    reaches: frozenset[str] = frozenset()
    rates: tuple[Rate, ...] = ()
    gathers: bool = False
    needs_address: bool = True
    is_by_hand: bool = False
    # What an address looks like, for who tests the channel.
    address_label: Text = ""
    # Whether an earlier try of this message went out, where the provider can tell; None: it did
    # not, or nobody knows. Asked before a message is repeated.
    ask: Callable[[Line, Message, str], Outcome | None] | None = None
    # Where its provider can tell us of replies and receipts (`notices.channels.uplink`).
    hearing: "Hearing | None" = None

    @property
    def calls_by_itself(self) -> bool:
        """Does it carry messages to staff without anybody's hand?"""
        return bool(self.reaches) and not self.is_by_hand

    def place(self, configuration: Mapping[str, str]) -> str:
        """`host:port` where the secrets may go; empty where the address is itself the secret."""
        for one in self.fields:
            if one.is_place:
                value = str(configuration.get(one.name, "")).strip()
                if "://" not in value:
                    return f"{value}:{configuration.get('port', '')}".lower()
                parts = urlsplit(value)
                return f"{parts.scheme}://{parts.netloc}".lower()
        return ""

    def serves(self, configuration: Mapping[str, str]) -> frozenset[str]:
        """Kinds of contact points that a channel set up like this carries messages to."""
        chosen = str(configuration.get("serves", ""))
        return frozenset({chosen}) if chosen else self.reaches

    @property
    def secret_names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields if one.is_secret)


# For channels that could carry anything: which of people's ways do they stand for?
SERVES = Field(
    "serves",
    _("用来代替"),
    _("登记了这种联系方式的人由这个渠道通知。"),
    default="sms",
    choices=(
        ("sms", _("短信")),
        ("phone", _("电话")),
        ("email", _("邮件")),
        ("wecom", _("企业微信")),
        ("dingtalk", _("钉钉")),
        ("feishu", _("飞书")),
    ),
)


def addresses(address: str) -> list[str]:
    """Several addresses joined by commas, each once."""
    return list(dict.fromkeys(part.strip() for part in address.split(",") if part.strip()))
