"""The API's door to planned maintenance. Nothing here writes."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.serializers import Named
from journal import moving
from journal.api import MomentField, RowsField, Seen, verb
from notices import workflow
from notices.asked import WordsAsked, line
from notices.models import Maintenance
from notices.workflow import Planned
from teams.models import Person, Service


class MaintenanceShape(serializers.ModelSerializer[Maintenance]):
    """Planned work, and what patients are told about it. A change is a new row that replaces."""

    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    incident = serializers.IntegerField(
        source="incident_id", allow_null=True, help_text="The fault that it became."
    )
    state = serializers.ChoiceField(Maintenance.State.choices)
    services = Named(source="services.all", many=True)
    drafted_by = Named()
    approved_by = Named(allow_null=True)
    announced_by = Named(allow_null=True)
    ended_by = Named(allow_null=True)
    finished_by = Named(allow_null=True)
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    class Meta:
        model = Maintenance
        fields = [
            *("id", "title", "state", "version", "replaces", "incident", "services", "affected"),
            *("starts_at", "ends_at", "advice", "where_to_go", "emergency", "contact"),
            *("affected_en", "advice_en", "where_en", "emergency_en", "drafted_by", "drafted_at"),
            *("approved_by", "approved_at", "announced_by", "announced_at", "ended_by"),
            *("ended_at", "finished_by", "finished_at", "cancel_reason", "verbs"),
        ]

    def get_verbs(self, row: Maintenance) -> list[str]:
        return moving.available(row, self.context["request"].user)


class PlannedAsked(WordsAsked):
    """What is planned. Times with their zone; at least one service."""

    title = line(60, help_text="For colleagues.")
    starts_at = MomentField()
    ends_at = MomentField()
    services = RowsField(Service.objects.all())

    made_of = Planned


class NewMaintenance(PlannedAsked):
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class EditedMaintenance(Seen, PlannedAsked):
    pass


class ChangedMaintenance(EditedMaintenance):
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class CancelMaintenance(Seen):
    reason = line(200, help_text="Patients who could read of it are told.")


class Maintenances(ListModelMixin, RetrieveModelMixin, GenericViewSet[Maintenance]):
    """Planned maintenance (计划维护): drafted, approved by a second person, announced.

    It begins and ends by the clock; IT says that the work is done, or makes a fault of it.
    """

    queryset = Maintenance.objects.select_related(
        *("drafted_by", "approved_by", "announced_by", "ended_by", "finished_by")
    ).prefetch_related("services")
    serializer_class = MaintenanceShape
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Maintenance) -> Maintenance:
        return done

    @extend_schema(request=NewMaintenance, responses={201: MaintenanceShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Draft planned maintenance; it waits for a second person's approval."""
        given = NewMaintenance(data=request.data)
        given.is_valid(raise_exception=True)
        row = workflow.plan_maintenance(by=cast(Person, request.user), **given.validated_data)
        shown = MaintenanceShape(row, context=self.get_serializer_context())
        return Response(shown.data, status=201)

    edit = verb(workflow.edit_maintenance, EditedMaintenance, answer=MaintenanceShape, name="edit")
    change = verb(
        workflow.change_maintenance, ChangedMaintenance, answer=MaintenanceShape, name="change"
    )
    approve = verb(workflow.approve_maintenance, Seen, answer=MaintenanceShape, name="approve")
    announce = verb(workflow.announce_maintenance, Seen, answer=MaintenanceShape, name="announce")
    finish = verb(workflow.finish_maintenance, Seen, answer=MaintenanceShape, name="finish")
    cancel = verb(
        workflow.cancel_maintenance, CancelMaintenance, answer=MaintenanceShape, name="cancel"
    )
    escalate = verb(workflow.escalate_maintenance, Seen, answer=MaintenanceShape, name="escalate")
