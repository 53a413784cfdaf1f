"""What the API shows of incidents. What it takes is in `incidents.asked`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents import replanning
from incidents.models import (
    Backup,
    Check,
    Deadline,
    Grading,
    Incident,
    Order,
    Reopening,
    Report,
    Signature,
    Waiver,
)
from incidents.models.state import State
from journal.api import Fixed
from plans.models import ChecklistItem, FaultType


class Named(Fixed):
    """A row by key and name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.SerializerMethodField()

    def get_name(self, row: Any) -> str:
        return str(row)


class IncidentRow(Fixed):
    """An incident in short: what a list shows, and what every verb answers with.

    `level` is null until IT has graded. `version` goes back with the next verb.
    """

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField(help_text="What people say on the phone.")
    title = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    state_label = serializers.CharField()
    is_drill = serializers.BooleanField(help_text="A drill: nothing of it is real.")
    drill_speed = serializers.IntegerField(help_text="So many times faster its clocks run; else 1.")
    version = serializers.IntegerField()
    level = serializers.IntegerField(
        source="grade.level", default=None, allow_null=True, min_value=1, max_value=4
    )
    fault_type = serializers.ChoiceField([("", ""), *FaultType.choices])
    location = serializers.CharField()
    department = serializers.IntegerField(source="department_id", allow_null=True)
    waiting = serializers.IntegerField(allow_null=True)
    reported_at = serializers.DateTimeField(help_text="When it reached us: the clocks start here.")
    filed_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was filed, if a device kept it without network."
    )
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    restored_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)


class ClockShape(serializers.ModelSerializer[Deadline]):
    class Meta:
        model = Deadline
        fields = ["kind", "step", "holder", "armed_at", "due_at", "passed_at"]


class ClockRow(ClockShape):
    """A running clock by itself."""

    incident = serializers.IntegerField(source="incident_id")

    class Meta(ClockShape.Meta):
        fields = ["id", "incident", *ClockShape.Meta.fields, "met_at", "cancelled_at"]


class OrderShape(serializers.ModelSerializer[Order]):
    incident = serializers.IntegerField(source="incident_id")
    department = serializers.IntegerField(source="department_id", allow_null=True)
    group = serializers.IntegerField(source="group_id", allow_null=True)
    addressee = serializers.CharField()
    state = serializers.ChoiceField(Order.State.choices)
    issued_by = Named()
    read_back_by = Named(allow_null=True)
    ended_by = Named(allow_null=True)

    class Meta:
        model = Order
        fields = [
            *("id", "incident", "state", "version", "addressee", "department", "group", "text"),
            *("due_at", "issued_by", "issued_at", "read_back_by", "read_back_at", "ended_by"),
            *("ended_at", "outcome"),
        ]


class CheckShape(serializers.ModelSerializer[Check]):
    incident = serializers.IntegerField(source="incident_id")
    phase = serializers.CharField()
    text = serializers.CharField()
    hint = serializers.CharField()
    decider = serializers.ChoiceField(ChecklistItem.Decider.choices, help_text="Who may decide it.")
    needs = serializers.ListField(
        child=serializers.ChoiceField(ChecklistItem.Need.choices),
        help_text="What must be there before it counts as done.",
    )
    unit = serializers.CharField(help_text="Of the number.")
    minutes = serializers.IntegerField(allow_null=True, help_text="From when somebody takes it.")
    assigned_to = Named(allow_null=True)
    added_by = Named(allow_null=True, help_text="Who added it on the spot; null: of the plan.")
    by = Named(allow_null=True)
    dropped_in = serializers.IntegerField(
        source="dropped_in.number",
        default=None,
        allow_null=True,
        help_text="Plan version that has no such item: kept, not demanded any more.",
    )

    class Meta:
        model = Check
        fields = [
            *("id", "incident", "phase", "round", "text", "hint", "result", "remark", "by", "at"),
            *("number", "decider", "needs", "unit", "minutes", "assigned_to", "taken_at"),
            *("added_by", "dropped_in"),
        ]


class BackupShape(serializers.ModelSerializer[Backup]):
    by = Named()
    sha256 = serializers.CharField()
    verified = serializers.ChoiceField(
        Backup.Verified.choices, help_text="What the server has seen of it; empty: a word."
    )

    class Meta:
        model = Backup
        fields = ["id", "round", "name", "size_bytes", "sha256", "remark", "verified", "by", "at"]


class SignatureShape(serializers.ModelSerializer[Signature]):
    person = Named()
    department = Named(allow_null=True)

    class Meta:
        model = Signature
        fields = ["id", "round", "part", "person", "department", "at"]


class ReopeningShape(serializers.ModelSerializer[Reopening]):
    """A department or one of its windows that works again; undone by a relapse."""

    department = Named()
    opened_by = Named()

    class Meta:
        model = Reopening
        fields = ["id", "department", "window", "opened_by", "opened_at", "undone_at"]


class WaiverShape(serializers.ModelSerializer[Waiver]):
    by = Named()

    class Meta:
        model = Waiver
        fields = ["id", "demand", "point", "reason", "by", "at", "ended_at"]


class ReportShape(serializers.ModelSerializer[Report]):
    reporter = Named()

    class Meta:
        model = Report
        fields = ["id", "reporter", "at", "filed_at", "device_ahead", "seen", "location", "waiting"]


class AnswerShape(serializers.Serializer):
    """An answer of the grading worksheet, in the words of the plan as it was then."""

    question = serializers.CharField()
    level = serializers.IntegerField(help_text="The grade for which a yes speaks.")
    yes = serializers.BooleanField()


class GradingShape(serializers.ModelSerializer[Grading]):
    """How the grade was found. No answers: the worksheet was skipped."""

    by = Named()
    plan = serializers.IntegerField(source="plan.number")
    answers = AnswerShape(many=True)

    class Meta:
        model = Grading
        fields = ["verb", "plan", "answers", "proposed", "decided", "difference", "by", "at"]


class ConditionShape(serializers.Serializer):
    """One demand of a gate: met, waived, or with what is missing."""

    key = serializers.CharField(help_text="The `point` of a waiver.")
    label = serializers.CharField()  # type: ignore[assignment]  # a name of the contract, not the attribute of Field
    met = serializers.BooleanField()
    missing = serializers.CharField()
    waived = serializers.CharField()
    link = serializers.CharField()


class IncidentShape(IncidentRow):
    """An incident with everything about it but its journal, notices and review."""

    looks_at_request = True

    plan = serializers.IntegerField(source="plan.number", help_text="Version that it pins.")
    reporter = Named()
    seen = serializers.CharField()
    services = Named(source="services.all", many=True)
    affected = Named(source="affected.all", many=True)
    acknowledged_by = Named(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    convene = serializers.BooleanField()
    convene_reason = serializers.CharField()
    windows_closed = serializers.IntegerField(allow_null=True)
    records_exposed = serializers.IntegerField(allow_null=True)
    commanded_at = serializers.DateTimeField(allow_null=True)
    repair_started_at = serializers.DateTimeField(allow_null=True)
    lead = Named(allow_null=True)
    notified_at = serializers.DateTimeField(allow_null=True)
    notice_waived_at = serializers.DateTimeField(allow_null=True)
    round = serializers.IntegerField()
    summary = serializers.CharField()
    cleaned_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    dismissal_reason = serializers.CharField()
    relapse_of = serializers.IntegerField(source="relapse_of_id", allow_null=True)
    device_ahead = serializers.IntegerField(
        allow_null=True, help_text="Seconds by which that device's clock was ahead."
    )
    merged = IncidentRow(source="merged.all", many=True)
    reports = ReportShape(source="reports.all", many=True)
    clocks = ClockShape(source="running_clocks", many=True)
    orders = OrderShape(source="orders.all", many=True)
    checks = CheckShape(source="checks.all", many=True)
    backups = BackupShape(source="backups.all", many=True)
    signatures = SignatureShape(source="signatures.all", many=True)
    reopenings = ReopeningShape(source="reopenings.all", many=True)
    gradings = GradingShape(source="gradings.all", many=True)
    waivers = WaiverShape(source="waivers.all", many=True)
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_verbs(self, incident: Incident) -> list[str]:
        return replanning.offered(incident, self.context["request"].user)
