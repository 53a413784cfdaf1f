"""The API's door to action items: chosen as on their page, and their verbs. Nothing here writes."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.asked import TEXT
from incidents.serializers import Named
from journal.api import Fixed, RowField, Seen, verb
from journal.moments import within_memory_day
from reviews import closing, workflow
from reviews.actions import mine
from reviews.models import ActionFile, ActionItem, ActionWaiver, Demand
from teams.models import Department, Person


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.DateField):
    """A day of this time: others are slips of the hand."""

    default_validators = [within_memory_day]


class ActionFileShape(serializers.ModelSerializer[ActionFile]):
    by = Named()

    class Meta:
        model = ActionFile
        fields = ["id", "name", "kind", "size_bytes", "sha256", "note", "by", "at"]


class ActionWaiverShape(serializers.ModelSerializer[ActionWaiver]):
    demand = serializers.ChoiceField(Demand.choices)
    by = Named()

    class Meta:
        model = ActionWaiver
        fields = ["demand", "reason", "by", "at"]


class ActionShape(serializers.ModelSerializer[ActionItem]):
    """An action item. `done_at` is empty until it is closed."""

    incident = serializers.IntegerField(source="review.incident_id")
    kind = serializers.ChoiceField(ActionItem.Kind.choices)
    department = Named()
    person = Named(allow_null=True)
    done_by = Named(allow_null=True)
    files = ActionFileShape(source="files.all", many=True)
    waivers = ActionWaiverShape(source="waivers.all", many=True)

    class Meta:
        model = ActionItem
        fields = [
            *("id", "incident", "version", "kind", "measure", "department", "person", "due_on"),
            *("done_at", "done_by", "proof", "files", "waivers"),
        ]


class DemandShape(serializers.Serializer):
    """One demand before closing: met (`words` say by what), waived, or what is missing."""

    demand = serializers.ChoiceField(Demand.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a name of the contract
    met = serializers.BooleanField()
    waived = serializers.SerializerMethodField()
    words = serializers.CharField()
    missing = serializers.CharField()

    def get_waived(self, point: closing.Point) -> bool:
        return point.waiver is not None


class Finished(Seen):
    proof = serializers.CharField(max_length=TEXT)


class Postponed(Seen):
    due_on = DayField()
    reason = serializers.CharField(max_length=TEXT)


class HandedOver(Seen):
    department = RowField(Department.objects.filter(is_active=True))
    person = RowField(Person.objects.filter(is_active=True), required=False, allow_null=True)
    reason = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)


class Waived(Fixed):
    demand = serializers.ChoiceField(Demand.choices)
    reason = serializers.CharField(max_length=TEXT)


class NewFile(serializers.Serializer):
    file = serializers.FileField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class ActionFilter(filters.FilterSet):
    """Of received reports and of drafts; `promised` leaves the drafts out."""

    kind = filters.ChoiceFilter(choices=ActionItem.Kind.choices)
    department = filters.ModelChoiceFilter(queryset=Department.objects.all())
    is_done = filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", exclude=True)
    promised = filters.BooleanFilter(method="only_promised")
    mine = filters.BooleanFilter(method="only_mine", help_text="Mine, or my department's.")
    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lt")

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def only_promised(self, rows: Any, _name: str, wanted: bool) -> Any:
        return rows.promised() if wanted else rows

    def only_mine(self, rows: QuerySet[ActionItem], _name: str, wanted: bool) -> Any:
        person = getattr(self.request, "user", None)
        return rows.filter(mine(person)) if wanted and isinstance(person, Person) else rows


class Actions(ListModelMixin, RetrieveModelMixin, GenericViewSet[ActionItem]):
    """Action items (整改项) of received reports and of drafts, the newest first.

    `due_before` of today with `is_done=false` finds what is overdue.
    """

    queryset = ActionItem.objects.select_related(
        "department", "person", "done_by", "review__incident"
    ).prefetch_related("files__by", "waivers__by")
    serializer_class = ActionShape
    filterset_class = ActionFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> ActionItem:
        return self.get_queryset().get(pk=pk)

    finish = verb(workflow.finish_action, Finished, answer=ActionShape, name="finish")
    postpone = verb(workflow.postpone_action, Postponed, answer=ActionShape, name="postpone")
    hand_over = verb(workflow.hand_over_action, HandedOver, answer=ActionShape, name="hand_over")
    waive = verb(workflow.waive_demand, Waived, answer=ActionShape, name="waive")

    @extend_schema(responses=DemandShape(many=True), filters=False)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def demands(self, request: Request, pk: int) -> Response:
        """What the item must show before it is closed, and what is missing of it."""
        return Response(DemandShape(closing.points(self.get_object()), many=True).data)

    @extend_schema(
        request={"multipart/form-data": NewFile}, responses={200: ActionShape}, filters=False
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def attach(self, request: Request, pk: int) -> Response:
        """Hand in a file that proves the measure."""
        given = NewFile(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(given.validated_data)
        file: UploadedFile = said["file"]
        by: Any = request.user
        workflow.attach_to_action(pk, by=by, file=file, note=said.get("note", ""))
        return Response(ActionShape(self.answered(pk, None)).data)
