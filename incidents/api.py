"""The API's door to incidents: report, list, read, and every verb. Nothing here writes."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.db.models import Prefetch, Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from incidents import asked, gates, workflow
from incidents.models import (
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
from incidents.models.checks import Backup
from incidents.models.state import OPEN, State
from incidents.searching import with_words
from incidents.serializers import (
    CheckShape,
    ClockRow,
    ConditionShape,
    IncidentRow,
    IncidentShape,
    OrderShape,
)
from journal import rows
from journal.api import EntryShape, MomentFilter, Seen, verb
from journal.models import Entry
from journal.paging import OldestFirst
from plans.models import FaultType
from teams.models import Person

CHECKS = Check.objects.select_related(
    "incident", "item", "by", "assigned_to", "added_by", "dropped_in"
)
GATES = (gates.RESTORE, gates.RESTORED, gates.ALL_CLEAR, gates.CLEANUP, gates.CLOSE)


class IncidentFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices)
    open = filters.BooleanFilter(method="only_open", help_text="Not closed, dismissed or merged.")
    level = filters.NumberFilter(field_name="grade__level", min_value=1, max_value=4)
    fault_type = filters.ChoiceFilter(choices=FaultType.choices)
    department = filters.NumberFilter(
        method="of_department", help_text="Reported from it, or affecting it."
    )
    service = filters.NumberFilter(method="of_service")
    since = MomentFilter(field_name="reported_at", lookup_expr="gte")
    until = MomentFilter(field_name="reported_at", lookup_expr="lt")
    is_drill = filters.BooleanFilter(help_text="Drills only, or without them.")
    q = filters.CharFilter(method="with_words", max_length=100, help_text="Words or number.")

    class Meta:
        model = Incident
        fields: list[str] = []

    def only_open(self, rows: QuerySet[Incident], _name: str, wanted: bool) -> QuerySet[Incident]:
        return rows.filter(state__in=OPEN) if wanted else rows.exclude(state__in=OPEN)

    def of_department(self, rows: QuerySet[Incident], _name: str, key: Any) -> QuerySet[Incident]:
        affecting = Incident.affected.through.objects.filter(department_id=key)
        return rows.filter(Q(department_id=key) | Q(pk__in=affecting.values("incident_id")))

    def of_service(self, rows: QuerySet[Incident], _name: str, key: Any) -> QuerySet[Incident]:
        without = Incident.services.through.objects.filter(service_id=key)
        return rows.filter(pk__in=without.values("incident_id"))

    def with_words(self, rows: QuerySet[Incident], _name: str, words: str) -> QuerySet[Incident]:
        return with_words(rows, words)


def _of_all(function: Callable[..., list[Incident]], shape: type[Serializer]) -> Any:
    """`POST …/{verb}/`: a verb that is about all drills at once; answers with those it touched."""

    def act(self: Any, request: Request) -> Response:
        given = shape(data=request.data)
        given.is_valid(raise_exception=True)
        done = function(by=request.user, **given.validated_data)
        for incident in done:
            rows.named(incident, "grade")
        return Response(IncidentRow(cast(Any, done), many=True).data)

    act.__name__, act.__doc__ = function.__name__, function.__doc__
    offered = action(detail=False, methods=["post"], pagination_class=None, filter_backends=[])(act)
    return extend_schema(
        request=shape,
        responses={200: IncidentRow(many=True)},
        summary=(function.__doc__ or "").split("\n\n")[0],
        filters=False,
    )(offered)


class Incidents(ListModelMixin, RetrieveModelMixin, GenericViewSet[Incident]):
    """Incidents and their verbs.

    A verb answers with the incident as it stands afterwards; its `version` goes back with the next
    verb. Without a version nothing is compared.
    """

    queryset = Incident.objects.select_related("grade", "plan")
    serializer_class = IncidentRow
    filterset_class = IncidentFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Incident]:
        rows = super().get_queryset()
        return _with_everything(rows) if self.action == "retrieve" else rows

    def answered(self, pk: int, done: Any) -> Incident:
        incident = done if isinstance(done, Incident) else rows.one(Incident, pk=pk)
        if incident is None:
            raise Incident.DoesNotExist
        rows.named(incident, "grade")
        return incident

    @extend_schema(responses=IncidentShape, filters=False)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One incident with its orders, checks, evidence, signatures and running clocks."""
        incident = self.get_object()
        return Response(IncidentShape(incident, context=self.get_serializer_context()).data)

    @extend_schema(
        request=asked.NewReport,
        responses={201: IncidentRow, 200: IncidentRow},
        filters=False,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="The same key from the same person makes one incident: 201, then 200.",
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Step 1: report a fault. The plan's clocks start in the same instant."""
        given = asked.NewReport(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        facts["client_uuid"] = facts.get("client_uuid") or _mark(request)
        incident, is_new = workflow.report(by=cast(Person, request.user), **facts)
        return Response(
            IncidentRow(incident).data,
            status=201 if is_new else 200,
            headers={"Location": f"{request.path}{incident.pk}/"},
        )

    @extend_schema(responses=EntryShape(many=True))
    @action(detail=True, pagination_class=OldestFirst, filter_backends=[])
    def journal(self, request: Request, pk: int) -> Response:
        """The incident's journal in order, hash chain included."""
        entries = Entry.objects.of(self.get_object().stream)
        page = self.paginate_queryset(cast(Any, entries)) or []
        return self.get_paginated_response(EntryShape(cast(Any, page), many=True).data)

    @extend_schema(
        responses=ConditionShape(many=True),
        filters=False,
        parameters=[OpenApiParameter("gate", str, OpenApiParameter.PATH, enum=GATES)],
    )
    @action(
        detail=True,
        url_path="conditions/<str:gate>",
        pagination_class=None,
        filter_backends=[],
    )
    def conditions(self, request: Request, pk: int, gate: str) -> Response:
        """What a gate demands of this incident, met or not; an unknown gate demands nothing."""
        incident = self.get_object()
        found = gates.conditions(gate, incident) if gate in GATES else []
        return Response(ConditionShape(found, many=True).data)

    add_report = verb(workflow.add_report, asked.AddReport, answer=IncidentRow)
    acknowledge = verb(workflow.acknowledge, Seen, answer=IncidentRow)
    confirm = verb(workflow.confirm, asked.Confirm, answer=IncidentRow)
    regrade = verb(workflow.regrade, asked.Regrade, answer=IncidentRow)
    change_plan = verb(workflow.change_plan, asked.ChangePlan, answer=IncidentRow)
    command = verb(workflow.command, asked.Command, answer=IncidentRow)
    repair = verb(workflow.repair, asked.Repair, answer=IncidentRow)
    manual_on = verb(workflow.manual_on, asked.ManualOn, answer=IncidentRow)
    manual_off = verb(workflow.manual_off, asked.ManualOff, answer=IncidentRow)
    waive_notice = verb(workflow.waive_notice, asked.Reason, answer=IncidentRow)
    restore = verb(workflow.restore, Seen, answer=IncidentRow)
    fail_restoration = verb(workflow.fail_restoration, asked.Reason, answer=IncidentRow)
    add_check = verb(workflow.add_check, asked.AddCheck, answer=IncidentRow)
    hand_on = verb(workflow.hand_on, asked.HandOn, answer=IncidentRow)
    count_exposed = verb(workflow.count_exposed, asked.CountExposed, answer=IncidentRow)
    add_backup = verb(workflow.add_backup, asked.AddBackup, answer=IncidentRow)
    reopen = verb(workflow.reopen, asked.Reopen, answer=IncidentRow)
    sign = verb(workflow.sign, Seen, answer=IncidentRow)
    relapse = verb(workflow.relapse, asked.Reason, answer=IncidentRow)
    waive = verb(workflow.waive, asked.Waive, answer=IncidentRow)
    all_clear = verb(workflow.all_clear, asked.AllClear, answer=IncidentRow)
    cleanup = verb(workflow.cleanup, asked.Cleanup, answer=IncidentRow)
    dismiss = verb(workflow.dismiss, asked.Reason, answer=IncidentRow)
    merge = verb(workflow.merge, asked.Merge, answer=IncidentRow)
    issue_supplies = verb(workflow.issue_supplies, asked.Issue, answer=IncidentRow)
    reserve_supplies = verb(workflow.reserve_supplies, Seen, answer=IncidentRow)
    release_supplies = verb(workflow.release_supplies, Seen, answer=IncidentRow)
    set_knowledge = verb(workflow.set_knowledge, asked.Knowledge, answer=IncidentRow)
    write_law_report = verb(workflow.write_law_report, asked.LawWords, answer=IncidentRow)
    pause_drill = verb(workflow.pause_drill, asked.WhyNot, answer=IncidentRow)
    resume_drill = verb(workflow.resume_drill, asked.Nothing, answer=IncidentRow)
    end_drill = verb(workflow.end_drill, asked.Reason, answer=IncidentRow)
    pause_all_drills = _of_all(workflow.pause_all_drills, asked.WhyNot)
    resume_all_drills = _of_all(workflow.resume_all_drills, asked.Nothing)
    end_all_drills = _of_all(workflow.end_all_drills, asked.WhyNot)


class ClockFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")
    kind = filters.MultipleChoiceFilter(choices=Deadline.Kind.choices)

    class Meta:
        model = Deadline
        fields: list[str] = []


class Clocks(ListModelMixin, RetrieveModelMixin, GenericViewSet[Deadline]):
    """Running clocks (时限) of all incidents; those of the law are settled here."""

    queryset = Deadline.objects.all()
    serializer_class = ClockRow
    filterset_class = ClockFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Deadline]:
        rows = super().get_queryset()
        return Deadline.objects.running() if self.action == "list" else rows

    def answered(self, pk: int, done: Deadline) -> Deadline:
        return done

    note = verb(workflow.note_regulatory, asked.Reported, answer=ClockRow, name="note")
    waive = verb(workflow.waive_regulatory, asked.WhyNot, answer=ClockRow, name="waive")


class OrderFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")
    state = filters.MultipleChoiceFilter(choices=Order.State.choices)
    mine = filters.BooleanFilter(method="only_mine", help_text="Addressed to the caller.")

    class Meta:
        model = Order
        fields: list[str] = []

    def only_mine(self, rows: Any, _name: str, wanted: bool) -> Any:
        return rows.for_person(self.request.user) if wanted else rows


class Orders(ListModelMixin, RetrieveModelMixin, GenericViewSet[Order]):
    """Orders (指令): issued by `command` of an incident, read back and ended here."""

    queryset = Order.objects.select_related(
        "department", "group", "issued_by", "read_back_by", "ended_by"
    )
    serializer_class = OrderShape
    filterset_class = OrderFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Order) -> Order:
        return done

    read_back = verb(workflow.read_back_order, Seen, answer=OrderShape, name="read_back")
    finish = verb(workflow.finish_order, asked.Finish, answer=OrderShape, name="finish")
    refuse = verb(workflow.refuse_order, asked.Reason, answer=OrderShape, name="refuse")


class Checks(RetrieveModelMixin, GenericViewSet[Check]):
    """Items of an incident's checklists."""

    queryset = CHECKS
    serializer_class = CheckShape
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Check) -> Check:
        return done

    decide = verb(workflow.decide_check, asked.Decide, answer=CheckShape, name="decide")
    take = verb(workflow.take_check, asked.Take, answer=CheckShape, name="take")
    assign = verb(workflow.assign_check, asked.Assign, answer=CheckShape, name="assign")


def _mark(request: Request) -> uuid.UUID | None:
    """The `Idempotency-Key` as a mark of the person's own: one's key never meets another's."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return None
    return uuid.uuid5(uuid.NAMESPACE_URL, f"person:{request.user.pk}:{key}")


def _with_everything(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    return rows.select_related("reporter", "acknowledged_by", "lead").prefetch_related(
        "services",
        "affected",
        Prefetch("merged", Incident.objects.select_related("grade")),
        Prefetch("reports", Report.objects.select_related("reporter")),
        Prefetch("deadlines", Deadline.objects.running(), to_attr="running_clocks"),
        Prefetch("orders", Orders.queryset),
        Prefetch("checks", CHECKS),
        Prefetch("backups", Backup.objects.select_related("by")),
        Prefetch("signatures", Signature.objects.select_related("person", "department")),
        Prefetch("reopenings", Reopening.objects.select_related("department", "opened_by")),
        Prefetch("gradings", Grading.objects.select_related("by", "plan")),
        Prefetch("waivers", Waiver.objects.select_related("by")),
    )
