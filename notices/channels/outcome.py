"""What became of one try to send, in the same four words for every channel."""

import email.utils
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from notices.channels.wire import Answer

# A provider that asks us to wait for days is not believed.
LONGEST_WAIT = 3600.0


class Result(StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Blame(StrEnum):
    """Whose fault a refusal is: where the channel itself is wrong, nobody can be reached by it."""

    CHANNEL = "channel"
    ADDRESS = "address"
    MESSAGE = "message"


@dataclass(frozen=True)
class Outcome:
    """`sent`: the provider took it. `refused`: final, trying again is useless. `failed`: it did
    not get out, try again. `unknown`: it may have arrived.

    `code`, `words` and `provider_id` are the provider's own; `retry_after` is in seconds: how long
    the channel, or this one address (`blame`), wants to be left alone.
    """

    result: Result
    code: str = ""
    words: str = ""
    provider_id: str = ""
    retry_after: float | None = None
    blame: Blame | None = None

    @property
    def is_sent(self) -> bool:
        return self.result == Result.SENT


def storable(said: str) -> str:
    """What somebody said, without what PostgreSQL does not take: NUL, and halves of a character."""
    return said.replace("\0", "").encode("utf-8", "replace").decode()


def sent(provider_id: object = "", *, code: object = "", words: object = "") -> Outcome:
    return Outcome(Result.SENT, str(code), str(words), str(provider_id))


def refused(code: object, words: object, blame: Blame = Blame.CHANNEL) -> Outcome:
    return Outcome(Result.REFUSED, str(code), str(words), blame=blame)


def failed(
    code: object,
    words: object,
    retry_after: float | None = None,
    blame: Blame = Blame.CHANNEL,
) -> Outcome:
    return Outcome(Result.FAILED, str(code), str(words), retry_after=retry_after, blame=blame)


def unknown(code: object, words: object) -> Outcome:
    return Outcome(Result.UNKNOWN, str(code), str(words), blame=Blame.CHANNEL)


def of_status(answer: Answer) -> Outcome | None:
    """What an HTTP status alone says; None for 2xx, where the body has the last word.

    A redirect is refused, never followed: it would carry the message to a host that nobody allowed.
    """
    status, words = answer.status, answer.text[:300]
    if 200 <= status < 300:
        return None
    if status in (408, 425, 429) or status >= 500:
        return failed(status, words, retry_after(answer.header("retry-after")))
    if 300 <= status < 400:
        return refused(status, f"redirect to {answer.header('location')[:200]}")
    return refused(status, words)


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None where it says nothing.

    Never below one second and never above `LONGEST_WAIT`.
    """
    value = value.strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    if seconds != seconds:
        return None
    return min(max(seconds, 1.0), LONGEST_WAIT)
