"""Is it still wanted? Asked before each send, so that nobody is rung for what is over.

An app that sends alerts of its own says here when they are no longer wanted.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from incidents.models import Deadline, Order
from incidents.models.state import State
from notices.models import Alert, Climb, Notice, Step

# Gives a sentence where the alert is no longer wanted, else nothing.
Question = Callable[[Alert], str]
# The same for many alerts at once: sentences by the keys of those that are not.
Questions = Callable[[Sequence[Alert]], dict[int, str]]
_questions: dict[str, Questions] = {}
# What is said about an incident because it has ended.
_at_the_end: set[str] = set()


def say_at_the_end(event: str) -> None:
    """Register an event whose alerts are wanted though their incident has ended: they say so."""
    _at_the_end.add(event)


def ask(event: str) -> Callable[[Question], Question]:
    """Register the question that is asked of alerts about this event of the journal."""

    def register(question: Question) -> Question:
        def one_by_one(alerts: Sequence[Alert]) -> dict[int, str]:
            return {alert.pk: why for alert in alerts if (why := question(alert))}

        _questions[event] = one_by_one
        return question

    return register


def ask_together(event: str) -> Callable[[Questions], Questions]:
    """Register the question where one query answers it for many alerts."""

    def register(questions: Questions) -> Questions:
        _questions[event] = questions
        return questions

    return register


def unwanted(alert: Alert) -> str:
    """Why the alert is no longer wanted, as a sentence; empty where it is.

    Needs `alert.entry` and `alert.incident`; may ask the database once more.
    """
    return sift([alert]).get(alert.pk, "")


def sift(alerts: Sequence[Alert]) -> dict[int, str]:
    """Of many alerts those that are no longer wanted: their keys, and why."""
    found: dict[int, str] = {}
    asked: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        if alert.acknowledged_at is not None:
            found[alert.pk] = _("本人已经确认收到。")
        elif alert.seen_at is not None:
            found[alert.pk] = _("本人已经在系统里看到。")
        elif alert.entry.event in _at_the_end:
            continue
        elif alert.incident is not None and not alert.incident.is_open and not _of_the_law(alert):
            found[alert.pk] = _("事件已经结束。")
        elif alert.entry.event in _questions:
            asked[alert.entry.event].append(alert)
    for event, waiting in asked.items():
        found |= _questions[event](waiting)
    return found


def _of_the_law(alert: Alert) -> bool:
    """A rule's clock does not end with the handling: the real incident may be archived long ago."""
    entry, incident = alert.entry, alert.incident
    return (
        entry.event == "deadline.pass"
        and entry.facts.get("kind") == Deadline.Kind.REGULATORY
        and incident is not None
        and not incident.is_drill
    )


@ask("incident.report")
def _report(alert: Alert) -> str:
    incident = alert.incident
    if incident is not None and incident.acknowledged_at is not None:
        return _("已经有人确认收到。")
    return ""


@ask_together("ladder.fire")
def _ladder(alerts: Sequence[Alert]) -> dict[int, str]:
    ended = dict(
        Step.objects.filter(
            entry__in={alert.entry_id for alert in alerts}, climb__state=Climb.State.ENDED
        ).values_list("entry", "climb__ended_how")
    )
    words = {Climb.Ending.ANSWERED: _("已经有人确认收到。")}
    return {
        alert.pk: words.get(Climb.Ending(ended[alert.entry_id]), _("升级呼叫已经停止。"))
        for alert in alerts
        if alert.entry_id in ended
    }


@ask("incident.confirm")
def _confirmed(alert: Alert) -> str:
    incident = alert.incident
    if incident is not None and incident.state != State.CONFIRMED:
        return _("指令已经下达。")
    return ""


@ask("order.issue")
def _order(alert: Alert) -> str:
    waits = Order.objects.filter(pk=alert.entry.facts.get("order"), state=Order.State.ISSUED)
    return "" if waits.exists() else _("指令已经复诵。")


@ask("deadline.pass")
def _deadline(alert: Alert) -> str:
    runs = Deadline.objects.running().filter(pk=alert.entry.facts.get("deadline"))
    return "" if runs.exists() else _("要办的事已经办了。")


@ask("delivery.exhausted")
def _nobody_reached(alert: Alert) -> str:
    others = Alert.objects.filter(entry=alert.entry.facts.get("entry"))
    reached = others.exclude(seen_at__isnull=True, acknowledged_at__isnull=True)
    return _("已经叫到人。") if reached.exists() else ""


@ask("notice.draft")
@ask("notice.edit")
def _approval(alert: Alert) -> str:
    waits = Notice.objects.filter(pk=alert.entry.facts.get("notice"), state=Notice.State.DRAFT)
    return "" if waits.exists() else _("通知已经有人处理。")
