"""Events of the journal after which those who subscribed to the public page are told."""

from journal.relay import subscribe
from notices.subscribers import ALL_CLEAR, RELAPSE
from notices.workflow.subscribing import tell_of_incident, tell_of_maintenance, tell_of_notice

_NOTICES = ("notice.publish", "notice.end", "notice.withdraw")
# A relapse revokes the all clear, and takes back the end of a notice where none was said.
_INCIDENTS = (ALL_CLEAR, RELAPSE)
_WORKS = ("announce", "begin", "lapse", "finish", "cancel", "escalate")


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in _NOTICES:
        subscribe(event, tell_of_notice)
    for event in _INCIDENTS:
        subscribe(event, tell_of_incident)
    for verb in _WORKS:
        subscribe(f"maintenance.{verb}", tell_of_maintenance)
