"""What follows from the incident's own events, off the verbs' path, in the relay's transaction."""

from incidents import workflow
from incidents.models import Incident
from journal.models import Entry
from journal.relay import subscribe

# What counts as progress: somebody acted on the fault. That it was acknowledged starts the watch.
PROGRESS = (
    *("incident.acknowledge", "incident.confirm", "incident.regrade", "incident.command"),
    "incident.change_plan",
    *("incident.command_more", "incident.repair", "incident.restore", "incident.relapse"),
    *("incident.fail_restoration", "incident.notify", "incident.take_over", "check.decide"),
    *("order.read_back", "order.finish", "order.refuse", "backup.add", "restoration.sign"),
)
ENDS = ("incident.pass_restoration", "incident.dismiss", "incident.merge", "incident.end_drill")


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    for event in (*PROGRESS, *ENDS):
        subscribe(event, something_was_done)
    subscribe("incident.confirm", confirmed)
    subscribe("incident.manual_on", by_hand)
    for event in ("incident.cleanup", "incident.dismiss", "incident.merge", "incident.end_drill"):
        subscribe(event, over)


def something_was_done(entry: Entry) -> None:
    """The watch over progress begins anew, or ends with the fault."""
    pk = int(entry.stream.removeprefix("incident:"))
    if Incident.objects.filter(pk=pk, acknowledged_at__isnull=True, state="reported").exists():
        return
    workflow.follow_progress(pk, at=entry.at)


def confirmed(entry: Entry) -> None:
    """The type of the fault is known: so is what the law demands of it, and since when."""
    pk = int(entry.stream.removeprefix("incident:"))
    workflow.arm_regulatory(pk)
    # And so is what the plan wants at hand: what is short is said before it hurts.
    workflow.note_shortage(pk)
    workflow.note_running_out(pk)


def by_hand(entry: Entry) -> None:
    """A department works by hand: whether what it uses up lasts is said before it hurts."""
    workflow.note_running_out(int(entry.stream.removeprefix("incident:")))


def over(entry: Entry) -> None:
    """Nothing more is kept back for it."""
    workflow.release_supplies(int(entry.stream.removeprefix("incident:")), by=None)
