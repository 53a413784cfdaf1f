"""What providers tell us of themselves: replies of people, keys they pressed, receipts.

Each channel that can be spoken to has a `Hearing`: it verifies what arrived and says in our words
what it means. Parsers are tolerant: what they do not know is left out, never an error.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from notices.channels.kind import Line, Text
from notices.channels.outcome import storable

# A signature older than this is refused: who recorded it may not play it again.
FRESH = 300.0
# No provider tells us more at once.
LONGEST = 256 * 1024
MOST = 500


class Meaning(StrEnum):
    ANSWERED = "answered"
    DELIVERED = "delivered"


class Unsigned(Exception):
    """Not signed by who holds the channel's secret, or too long ago."""


@dataclass(frozen=True)
class Arrived:
    """One request of a provider; header names in lower case."""

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def told(self) -> list[dict[str, Any]]:
        """The objects of a JSON body or a form; what is neither is an empty list."""
        text = self.body.decode(errors="replace").strip()
        try:
            found = json.loads(text)
        except ValueError:
            found = {name: values[0] for name, values in parse_qs(text).items()}
        found = found if isinstance(found, list) else [found]
        return [one for one in found if isinstance(one, dict)][:MOST]


@dataclass(frozen=True)
class Said:
    """One thing that was told: about which message (`key`, `provider_id`), by whom (`address`)."""

    meaning: Meaning
    address: str = ""
    key: str = ""
    provider_id: str = ""
    text: str = ""


@dataclass(frozen=True)
class Hearing:
    """How a kind of channel is spoken to.

    `hear` gives what was told; raises Unsigned. `answer` makes of a sentence what the provider
    wants to read; `help` tells an administrator what to set at the provider.
    """

    hear: Callable[[Line, Arrived], list[Said]]
    answer: Callable[[str], dict[str, Any]]
    help: Text


def is_fresh(timestamp: str, *, unit: float = 1.0) -> bool:
    """Was it signed within the last minutes? `unit`: seconds of one unit of the timestamp."""
    try:
        at = float(timestamp) * unit
    except ValueError:
        return False
    return abs(time.time() - at) <= FRESH


_YES = re.compile(r"^(1|收到|确认|知道了|明白|好的?|是的?|ok|okay|yes|y)", re.IGNORECASE)


def means_yes(text: str) -> bool:
    """「收到」, 「1」, 「OK」 and their like; «没收到» is none."""
    plain = re.sub(r"[\s，。,.!！【】\[\]#*@]+", "", text)
    found = _YES.match(plain)
    # «1» and «y» alone, «1楼也坏了» not.
    return found is not None and (len(found[0]) > 1 or len(plain) == len(found[0]) or plain == "好")


def words_of(said: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that says anything, as text."""
    for name in names:
        value = said.get(name)
        if value not in (None, "") and not isinstance(value, dict | list):
            return storable(str(value)).strip()
    return ""
