"""What an acknowledgement does besides noting it: the one act that the alert asked for.

An app that sends alerts of its own says here what acknowledging one of them does.
"""

from collections.abc import Callable

from incidents import workflow as incidents
from notices.models import Alert

# Done in the person's name, in the transaction that acknowledges; may raise a Refusal.
Act = Callable[[Alert], None]
_acts: dict[str, tuple[Act, bool]] = {}


def act(event: str, *, in_absence: bool = False) -> Callable[[Act], Act]:
    """Register what is done when an alert about this event of the journal is acknowledged.

    `in_absence`: also when a colleague notes that they reached the person by telephone.
    """

    def register(function: Act) -> Act:
        _acts[event] = (function, in_absence)
        return function

    return register


def act_of(alert: Alert, *, in_absence: bool) -> Act | None:
    """What acknowledging this alert does, or None."""
    function, also_in_absence = _acts.get(alert.entry.event, (None, False))
    return function if also_in_absence or not in_absence else None


@act("incident.report", in_absence=True)
@act("ladder.fire", in_absence=True)
@act("ladder.call_in", in_absence=True)
def _receive(alert: Alert) -> None:
    """Plan, row P8: IT has received the report. Anybody else's answer only stops the ladder."""
    if alert.incident is not None and alert.incident.acknowledged_at is None:
        incidents.acknowledge(alert.incident.pk, by=alert.person)


@act("order.issue")
def _read_back(alert: Alert) -> None:
    """Plan, row P10: the addressee has understood the order, and says so themselves."""
    incidents.read_back_order(alert.entry.facts["order"], by=alert.person)
