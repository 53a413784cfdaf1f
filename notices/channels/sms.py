"""What both SMS providers share: how long a message is, and how a template is filled.

Lengths in units of UTF-16, as the network counts Chinese text: a message of up to 70 goes out as
one, a longer one in segments of 67, and the signature 【…】 in front counts (domain, section 4).
Pure functions.
"""

import re
from collections.abc import Mapping

from notices.channels.cutting import shortened
from notices.channels.message import Message
from plans.marks import DRILL

SINGLE = 70
SEGMENT = 67
# Providers cut or refuse longer values.
LONGEST_VALUE = 35
_PLACE = re.compile(r"\$?\{(\w+)\}")


def units(text: str) -> int:
    """Length as the network counts it: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def segments(signature: str, text: str) -> int:
    """How many messages are paid for, and received, when `text` is sent under `signature`."""
    length = units(f"【{signature.strip('【】')}】{text}" if signature else text)
    return 1 if length <= SINGLE else -(-length // SEGMENT)


def rendered(template: str, values: Mapping[str, str]) -> str:
    """The template's wording with `${name}` (Aliyun) or `{1}` (Tencent) filled in."""
    return _PLACE.sub(lambda place: values.get(place.group(1), place.group(0)), template)


def values_for(pairs: str, message: Message, *, longest: int = LONGEST_VALUE) -> dict[str, str]:
    """Values of a template's variables, in order.

    `pairs` says which part of the message fills which variable: `grade=level, what=title, link`
    (a name alone stands for both). A template has fixed words, so that a drill is marked in the
    first of its variables. Line breaks and empty values are refused by providers.
    """
    values: dict[str, str] = {}
    for name, source in parsed(pairs):
        value = " ".join(message.variable(source).split())
        if not values and message.is_drill:
            value = DRILL + value
        values[name] = shortened(value, longest) or "-"
    return values


def parsed(pairs: str) -> list[tuple[str, str]]:
    """`[(variable, part of the message)]`. Raises ValueError with what cannot be read."""
    read = []
    for pair in re.split(r"[,，\s]+", pairs.strip()):
        if not pair:
            continue
        name, equals, source = pair.partition("=")
        if not re.fullmatch(r"\w+", name) or (equals and not re.fullmatch(r"\w+", source)):
            raise ValueError(pair)
        read.append((name, source or name))
    return read


def number(address: str) -> str:
    """A telephone number as providers want it: with its country, `+8613…`."""
    digits = re.sub(r"[\s()-]", "", address)
    if digits.startswith("00"):
        return "+" + digits[2:]
    return digits if digits.startswith("+") else "+86" + digits
