"""Events of the journal after which those who subscribed to the public page are told."""

from journal.relay import subscribe
from notices.workflow.subscribing import tell_subscribers

_EVENTS = ("notice.publish", "notice.end", "notice.withdraw")


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in _EVENTS:
        subscribe(event, tell_subscribers)
