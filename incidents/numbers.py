"""Numbers of forms as people write and say them: «1-40, 43, 50-61», «17 到 19 号».

Pure: text goes in, sets of numbers come out, and back. Nothing here knows a database.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from django.utils.translation import gettext as _

# What people type between two numbers of a range, and between ranges.
_RANGE = re.compile(r"^(\d{1,9})\s*(?:(?:-|–|—|－|~|～|至|到)+\s*(\d{1,9}))?\s*号?$")
_BETWEEN = re.compile(r"[,，、;；\n]+|\s+(?=\d)(?<![-–—－~～至到]\s)")
# A list of numbers in a sentence that is longer than this nobody reads.
MOST_SPOKEN = 8


class BadNumbers(ValueError):
    """The text names no numbers; its message says which part, in words for a person."""


def parse(text: str, *, prefix: str = "") -> set[int]:
    """The numbers that the text names, each once: `1-40, 43` gives 1 to 40 and 43.

    Chinese and full-width marks, «1 到 40 号» and numbers with the prefix are understood.
    An empty text names none.

    Raises:
        BadNumbers: a part is no number or range, ends before it begins, or a number is named twice.
    """
    found: set[int] = set()
    twice: set[int] = set()
    for low, high in _ranges(_plain(text, prefix)):
        named = set(range(low, high + 1))
        twice |= found & named
        found |= named
    if twice:
        raise BadNumbers(_("%(numbers)s写了两次。") % {"numbers": spoken(twice)})
    return found


def written(numbers: Iterable[int]) -> str:
    """`1-40, 43, 50-61`: what `parse` reads back as the same numbers."""
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans(numbers))


def spoken(numbers: Collection[int], most: int = MOST_SPOKEN) -> str:
    """«17 到 19 号», «42、43 号»: for a sentence; of very many ranges the first, and how many."""
    found = list(spans(numbers))
    words = []
    for low, high in found[:most]:
        if high - low > 1:
            words.append(_("%(low)s 到 %(high)s") % {"low": low, "high": high})
        else:
            words.extend(str(number) for number in range(low, high + 1))
    if len(found) <= most:
        return _("%(numbers)s 号") % {"numbers": "、".join(words)}
    return _("%(numbers)s 号等 %(count)s 张") % {"numbers": "、".join(words), "count": len(numbers)}


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The unbroken runs of the numbers, first and last of each, in order."""
    low = high = None
    for number in sorted(set(numbers)):
        if high is not None and number == high + 1:
            high = number
            continue
        if low is not None and high is not None:
            yield low, high
        low = high = number
    if low is not None and high is not None:
        yield low, high


def _plain(text: str, prefix: str) -> str:
    """Full-width digits as plain ones, without the prefix that stands before each number."""
    text = text.translate({ord("０") + n: str(n) for n in range(10)})
    if prefix:
        text = re.sub(rf"{re.escape(prefix)}(?=\d)", "", text, flags=re.IGNORECASE)
    return text.replace("　", " ").strip()


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in (part.strip() for part in _BETWEEN.split(text)):
        if not part:
            continue
        match = _RANGE.match(part)
        if match is None:
            raise BadNumbers(_("看不懂「%(part)s」，请写成 1-40, 43 这样。") % {"part": part[:30]})
        low, high = int(match[1]), int(match[2] or match[1])
        if high < low:
            raise BadNumbers(
                _("「%(part)s」的止号比起号小，请改为 %(high)s-%(low)s。")
                % {"part": part[:30], "low": low, "high": high}
            )
        if high - low >= MOST:
            raise BadNumbers(
                _("「%(part)s」太长，一段最多 %(most)s 张。") % {"part": part[:30], "most": MOST}
            )
        yield low, high


# A batch is a pad or two of paper, and a text that names billions must not fill the memory.
MOST = 5000


def conflicts(
    issued: Collection[int], claimed: dict[str, set[int]]
) -> tuple[dict[str, set[int]], dict[tuple[str, str], set[int]], set[int]]:
    """Where the claims are no parting of what was issued.

    Gives the numbers that were never issued, by claim; those that two claims share, by the pair in
    the order of the claims; and those that no claim names. All three empty: each number has exactly
    one place.
    """
    whole = set(issued)
    outside = {name: numbers - whole for name, numbers in claimed.items() if numbers - whole}
    names = list(claimed)
    shared = {
        (one, other): claimed[one] & claimed[other]
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if claimed[one] & claimed[other]
    }
    return outside, shared, whole - set[int]().union(*claimed.values())
