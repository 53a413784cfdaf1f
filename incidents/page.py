"""The incident page: each part is read when a template asks for it, at most once a request."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents import authority, gates, replanning
from incidents.cards import Button, Clock, DueNow, OrderCard, Steps, Told
from incidents.checklists import Checklists
from incidents.gates import Condition
from incidents.held import held_by
from incidents.models import Deadline, Incident, Order, Report
from incidents.models.state import State
from incidents.selectors import level_of
from incidents.stages import NEXT, stages
from journal import moving, rows, since, telling
from journal.models import Entry
from plans.models import FaultType
from teams.models import Department, Person, Service
from teams.selectors import FirstOnDuty

TIMELINE = 30
# Verbs of the main road, in its order: the first one that may be pressed is the main button.
ROAD = ("acknowledge", "confirm", "command", "repair", "restore", "all_clear", "cleanup")
ASIDE = (
    "notify",
    "command_more",
    "regrade",
    "change_plan",
    "manual_on",
    "manual_off",
    "waive_notice",
    "fail_restoration",
    "relapse",
    "merge",
    "dismiss",
)
# Events that are steps of the plan stand out in the timeline.
STEPS = frozenset(
    f"incident.{verb}"
    for verb in (
        *("report", "confirm", "command", "repair", "notify", "restore", "pass_restoration"),
        *("cleanup", "close", "dismiss", "merge", "relapse", "fail_restoration"),
    )
)


def told(entry: Entry) -> Told:
    tone = "alarm" if entry.event == "deadline.pass" else "step" if entry.event in STEPS else ""
    return Told(
        f"entry-{entry.seq}",
        entry.at,
        telling.label_of(entry.event),
        telling.sentence_of(entry.event, entry.facts),
        entry.actor_name,
        tone,
    )


def changes_since(incident: Incident, version: int | None) -> list[dict[str, str]]:
    """What happened after the person opened the form, newest last, for parts/conflict.html."""
    return since.changes_since(incident.stream, version)


def shaped(conditions: list[Condition]) -> list[dict[str, Any]]:
    """Conditions of a gate for parts/gate.html; a waived one says by whom and why."""
    return [
        {
            "words": f"{condition.label}（{condition.waived}）"
            if condition.waived
            else condition.label,
            "met": not condition.open,
            "missing": condition.missing,
            "url": condition.link,
            "mend": _("去办"),
            "key": condition.key,
        }
        for condition in conditions
    ]


def read(pk: int) -> Incident:
    """The incident with what every part needs; Http404 where there is none. Its people: `named`."""
    incident = rows.one(Incident, pk=pk)
    if incident is None:
        raise Http404
    rows.name([incident], "grade", "plan", "department")
    return incident


class IncidentPage:
    """Everything that the page of one incident shows to one person."""

    def __init__(
        self, incident: Incident, person: Person, retyped: tuple[int | None, str] = (None, "")
    ) -> None:
        """`retyped`: a check whose decision was refused, and the remark that was typed for it."""
        self.incident = incident
        self.person = person
        self._retyped = retyped

    # At the top -------------------------------------------------------------------------------

    @property
    def level(self) -> int:
        return level_of(self.incident)

    @property
    def is_provisional(self) -> bool:
        return self.incident.grade_id is None

    @property
    def ended_words(self) -> str:
        """How an incident ended that was no fault of its own."""
        if self.incident.state == State.DISMISSED:
            return _("判为误报：%(why)s") % {"why": self.incident.dismissal_reason}
        return str(_("和另一起是同一个故障，已并入："))

    @property
    def stages(self) -> list[Steps]:
        return [Steps(tuple(stages(self.incident, self.incident.grade)))]

    @cached_property
    def _running(self) -> list[Deadline]:
        return rows.where(
            Deadline,
            "incident_id = %s AND met_at IS NULL AND cancelled_at IS NULL ORDER BY due_at, id",
            self.incident.pk,
        )

    @property
    def clocks(self) -> list[Deadline]:
        """Running clocks of the incident's own steps; those of orders and checks stand with them,
        the watch over progress with the ladder that it starts, the law's on a part of their own."""
        kinds = Deadline.Kind
        elsewhere = (
            *(kinds.READ_BACK, kinds.ORDER, kinds.PROGRESS, kinds.REGULATORY),
            *(kinds.MANUAL_ON, kinds.MANUAL_OFF, kinds.ALL_CLEAR, kinds.CHECK),
        )
        return [clock for clock in self._running if clock.kind not in elsewhere]

    @cached_property
    def clock(self) -> Deadline | None:
        return self.clocks[0] if self.clocks else None

    @property
    def due_now(self) -> list[DueNow]:
        """What is next; nothing for an incident that has ended."""
        if not self.next_step:
            return []
        clock = (self.clock.due_at, self.clock.armed_at) if self.clock else (None, None)
        return [DueNow(str(self.next_step), str(self.holder), *clock)]

    @property
    def other_clocks(self) -> list[Clock]:
        rest = self.clocks[1:]
        return [Clock(each.kind, self._held(each), each.due_at, each.armed_at) for each in rest]

    @property
    def next_step(self) -> Promise | str:
        if self.clock is not None:
            return Deadline.Kind(self.clock.kind).label
        return NEXT.get(self.incident.state, ("", ""))[0]

    @property
    def holder(self) -> Promise | str:
        if self.clock is not None:
            return self._held(self.clock)
        return NEXT.get(self.incident.state, ("", ""))[1]

    def _held(self, clock: Deadline) -> str:
        """Who must act on a clock, by name where somebody of them is on duty."""
        return held_by(
            clock.kind, clock.holder, convene=self.incident.convene, on_duty=self._on_duty
        )

    @cached_property
    def _on_duty(self) -> FirstOnDuty:
        return FirstOnDuty(timezone.now())

    @cached_property
    def verbs(self) -> list[str]:
        return replanning.offered(self.incident, self.person)

    @cached_property
    def buttons(self) -> list[Button]:
        """What this person may press now, from the machine; the main road's verb first."""
        road = [verb for verb in ROAD if verb in self.verbs]
        found = [self._button(verb, main=verb == road[0]) for verb in road]
        if "close" in self.verbs or (
            self.incident.state == State.REVIEWING
            and authority.heads_a_group(self.incident, self.person)
        ):
            url = reverse("reviews:detail", args=[self.incident.pk])
            found.append(Button("review", _("评估与归档"), url, main=True))
        return found + [self._button(verb) for verb in ASIDE if verb in self.verbs]

    def _button(self, verb: str, main: bool = False) -> Button:
        label = moving.label_of(self.incident, verb)
        pk = self.incident.pk
        if verb == "notify":
            url = reverse("notices:incident", args=[pk])
        elif verb in ("command", "command_more"):
            url = reverse("incidents:command", args=[pk])
        else:
            url = reverse("incidents:verb", args=[pk, verb])
        return Button(verb, label, url, main)

    @property
    def main_button(self) -> Button | None:
        return next((button for button in self.buttons if button.main), None)

    @property
    def other_buttons(self) -> list[Button]:
        return [button for button in self.buttons if button is not self.main_button]

    @property
    def may_report_relapse(self) -> bool:
        return self.incident.is_restored and authority.is_employee(self.incident, self.person)

    # Facts ------------------------------------------------------------------------------------

    @cached_property
    def named(self) -> Incident:
        """The incident, with the people whom it names."""
        rows.name([self.incident], "reporter", "acknowledged_by", "lead", "relapse_of")
        return self.incident

    @cached_property
    def services(self) -> list[Service]:
        return rows.where(
            Service,
            "id IN (SELECT service_id FROM incidents_incident_services WHERE incident_id = %s) "
            "ORDER BY position, id",
            self.incident.pk,
        )

    @cached_property
    def affected(self) -> list[Department]:
        return rows.where(
            Department,
            "id IN (SELECT department_id FROM incidents_incident_affected WHERE incident_id = %s) "
            "ORDER BY position, id",
            self.incident.pk,
        )

    @cached_property
    def reports(self) -> list[Any]:
        found = rows.where(Report, "incident_id = %s ORDER BY at, id", self.incident.pk)
        rows.name(found, "reporter")
        return found

    @cached_property
    def _related(self) -> list[Incident]:
        of_this = "merged_into_id = %s OR relapse_of_id = %s ORDER BY id DESC"
        found = rows.where(Incident, of_this, self.incident.pk, self.incident.pk)
        rows.name(found, "reporter")
        return found

    @property
    def merged(self) -> list[Incident]:
        return [other for other in self._related if other.merged_into_id == self.incident.pk]

    @property
    def relapses(self) -> list[Incident]:
        return [other for other in self._related if other.relapse_of_id == self.incident.pk]

    # Orders and checklists --------------------------------------------------------------------

    @cached_property
    def orders(self) -> list[Order]:
        found = rows.where(Order, "incident_id = %s ORDER BY id", self.incident.pk)
        rows.name(found, "department", "group", "issued_by", "read_back_by", "ended_by")
        return found

    @property
    def order_cards(self) -> list[OrderCard]:
        return [OrderCard.of(order, order_actions(order, self.person)) for order in self.orders]

    @property
    def read_back_count(self) -> int:
        return sum(order.read_back_at is not None for order in self.orders)

    @cached_property
    def checklists(self) -> Checklists:
        return Checklists(self.incident, self.person, self._running, self._retyped)

    @property
    def keeps_custody(self) -> bool:
        """Evidence changes hands and records are counted: an attack, a loss, or exposed records."""
        kinds = (FaultType.ATTACK, FaultType.DATA_LOSS)
        return self.incident.fault_type in kinds or self.incident.records_exposed is not None

    @cached_property
    def repairs(self) -> bool:
        return authority.in_fault_group(self.incident, self.person)

    # Restoration and clean-up -----------------------------------------------------------------

    @property
    def is_restoring(self) -> bool:
        return self.incident.state == State.RESTORING

    @property
    def is_cleaning(self) -> bool:
        return self.incident.state == State.CLEANING

    @cached_property
    def signatures(self) -> list[Any]:
        if not self.incident.round:
            return []
        found = self.incident.signatures.filter(round=self.incident.round)
        return list(found.select_related("person", "department"))

    @cached_property
    def backups(self) -> list[Any]:
        if not self.incident.round:
            return []
        return list(self.incident.backups.filter(round=self.incident.round).select_related("by"))

    @cached_property
    def restored_gate(self) -> list[Condition]:
        return gates.conditions(gates.RESTORED, self.incident) if self.is_restoring else []

    @cached_property
    def may_sign(self) -> bool:
        """The person may sign, has not signed, and everything but signatures is in order."""
        if not self.is_restoring or not authority.may_sign_restoration(self.incident, self.person):
            return False
        if any(signature.person_id == self.person.pk for signature in self.signatures):
            return False
        return not any(
            condition.open and not condition.key.startswith("signature_")
            for condition in self.restored_gate
        )

    @cached_property
    def cleanup_gate(self) -> list[Condition]:
        return gates.conditions(gates.CLEANUP, self.incident) if self.is_cleaning else []

    @property
    def restored_conditions(self) -> list[dict[str, Any]]:
        return shaped(self.restored_gate)

    @property
    def cleanup_conditions(self) -> list[dict[str, Any]]:
        return shaped(self.cleanup_gate)

    @property
    def is_complete(self) -> bool:
        return not any(condition.open for condition in self.cleanup_gate)

    @cached_property
    def waivers(self) -> list[Any]:
        return list(self.incident.waivers.select_related("by"))

    # Timeline ---------------------------------------------------------------------------------

    @cached_property
    def _entries(self) -> list[Entry]:
        words = "stream = %s AND event <> ALL(%s) ORDER BY seq DESC LIMIT %s"
        return rows.where(Entry, words, self.incident.stream, telling.details(), TIMELINE + 1)

    @property
    def timeline(self) -> list[Told]:
        """Newest first."""
        return [told(entry) for entry in self._entries[:TIMELINE]]

    @property
    def has_older_entries(self) -> bool:
        return len(self._entries) > TIMELINE


def order_actions(order: Order, person: Person) -> list[Button]:
    """What this person may do with an order now, from the machine."""
    offered = moving.available(order, person)
    verbs = [verb for verb in ("read_back", "finish", "refuse") if verb in offered]
    return [
        Button(
            verb,
            moving.label_of(order, verb),
            reverse("incidents:order_verb", args=[order.pk, verb]),
            main=verb == verbs[0],
        )
        for verb in verbs
    ]
