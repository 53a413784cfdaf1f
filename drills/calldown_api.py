"""The API's door to call-downs. Nothing here writes."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from drills import authority, calling, workflow
from drills.models import CallDown, PlannedDrill
from drills.models.calldown import LONGEST
from incidents.serializers import Named
from journal.api import RowField, RowsField, Seen, verb
from teams.models import ResponseGroup, Roster


class CallDownRow(serializers.ModelSerializer[CallDown]):
    begun_by = Named()
    planned = serializers.IntegerField(
        source="planned_id", allow_null=True, help_text="The one of the programme that it is."
    )

    class Meta:
        model = CallDown
        fields = [
            *("id", "version", "words", "minutes", "round", "begun_at", "begun_by", "ended_at"),
            *("end_reason", "planned"),
        ]


class CallDownAnswer(serializers.Serializer[Any]):
    person = serializers.CharField()
    why = serializers.CharField(help_text="The rosters and groups in which the person stands.")
    state = serializers.ChoiceField([("answered", ""), ("seen", ""), ("silent", "")])
    at = serializers.DateTimeField(allow_null=True)
    how = serializers.CharField(help_text="Through which way, in words.")
    late = serializers.BooleanField(help_text="After the time that was given.")
    tried = serializers.ListField(child=serializers.CharField())


class CallDownShape(CallDownRow):
    """With who has answered, those who have not first."""

    answers = serializers.SerializerMethodField()

    class Meta(CallDownRow.Meta):
        fields = [*CallDownRow.Meta.fields, "answers"]

    @extend_schema_field(CallDownAnswer(many=True))
    def get_answers(self, row: CallDown) -> Any:
        return CallDownAnswer(calling.result(row).answers, many=True).data


class NewCallDown(serializers.Serializer[Any]):
    rosters = RowsField(Roster.objects.filter(is_active=True), required=False)
    groups = RowsField(ResponseGroup.objects.filter(is_active=True), required=False)
    words = serializers.CharField(max_length=120, required=False, allow_blank=True)
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)
    planned = RowField(PlannedDrill.objects.open(), required=False, allow_null=True)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class CallDowns(ListModelMixin, RetrieveModelMixin, GenericViewSet[CallDown]):
    """Call-downs (点名): everybody is called to answer, unannounced. For who plans drills."""

    queryset = CallDown.objects.select_related("begun_by")
    serializer_class = CallDownRow
    lookup_value_converter = "int"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.user.is_authenticated and not authority.sees_ahead(None, request.user):
            raise PermissionDenied

    def answered(self, pk: int, done: CallDown) -> CallDown:
        return done

    @extend_schema(responses=CallDownShape, filters=False)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One call-down with who has answered, through which way and when."""
        return Response(CallDownShape(self.get_object()).data)

    @extend_schema(request=NewCallDown, responses={201: CallDownRow}, filters=False)
    def create(self, request: Request) -> Response:
        """Begin a call-down. The same `client_uuid` makes one."""
        given = NewCallDown(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.begin_call_down(by=request.user, **given.validated_data)  # type: ignore[arg-type]
        return Response(CallDownRow(made).data, status=201)

    again = verb(workflow.call_again, Seen, answer=CallDownRow, name="again")
    end = verb(workflow.end_call_down, Seen, answer=CallDownRow, name="end")
