"""Reading what providers answer: JSON that may be anything."""

import json
from typing import Any

from notices.channels.outcome import Outcome, of_status, unknown
from notices.channels.wire import Answer


def said(answer: Answer) -> tuple[dict[str, Any], Outcome | None]:
    """The JSON object of a 2xx answer; or, with an empty object, what became of the message.

    A provider that says 200 and nothing that can be read may have taken the message.
    """
    outcome = of_status(answer)
    if outcome is not None:
        return {}, outcome
    try:
        body = json.loads(answer.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return {}, unknown(answer.status, answer.text[:300] or "empty answer")
    return body, None


def found(body: Any, path: str) -> Any:
    """What stands at `path` (`data.call.id`, `results.0.code`); None where there is nothing."""
    for step in filter(None, path.split(".")):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body
