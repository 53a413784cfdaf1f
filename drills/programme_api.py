"""The API's door to the year's programme and the library of scenarios. Nothing here writes."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from drills import authority, library, workflow
from drills.models import Drill, PlannedDrill
from drills.workflow.programme import FIRST_YEAR, LAST_YEAR
from incidents.asked import Reason
from incidents.serializers import Named
from journal.api import Fixed, RowField, RowsField, Seen, verb
from teams.models import Department, Person


class PlannedDrillShape(serializers.ModelSerializer[PlannedDrill]):
    """A drill of a year's programme."""

    year = serializers.IntegerField(source="programme.year")
    responsible = Named()
    departments = Named(source="departments.all", many=True)
    is_due = serializers.BooleanField()
    is_overdue = serializers.BooleanField()

    class Meta:
        model = PlannedDrill
        fields = [
            *("id", "year", "month", "name", "type", "departments", "responsible", "scenario"),
            *("note", "held_on", "held_note", "cancelled_at", "cancel_reason", "is_due"),
            *("is_overdue", "version"),
        ]


class NewPlannedDrill(Fixed):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    month = serializers.IntegerField(min_value=1, max_value=12)
    name = serializers.CharField(max_length=80)
    type = serializers.ChoiceField(PlannedDrill.Type.choices)
    responsible = RowField(Person.objects.filter(is_active=True))
    departments = RowsField(Department.objects.filter(is_active=True), required=False)
    scenario = serializers.CharField(max_length=60, required=False, allow_blank=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Held(Seen):
    held_on = serializers.DateField()
    note = serializers.CharField(max_length=200)


class PlannedDrills(ListModelMixin, RetrieveModelMixin, GenericViewSet[PlannedDrill]):
    """The programme (年度演练计划), for who plans drills; who is responsible sees their own."""

    queryset = PlannedDrill.objects.select_related("programme", "responsible").prefetch_related(
        "departments"
    )
    serializer_class = PlannedDrillShape
    filter_backends = ()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[PlannedDrill]:
        rows = super().get_queryset()
        if authority.sees_ahead(None, self.request.user):
            return rows
        return rows.filter(responsible=cast(Person, self.request.user))

    def answered(self, pk: int, done: PlannedDrill) -> PlannedDrill:
        return done

    @extend_schema(request=NewPlannedDrill, responses={201: PlannedDrillShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Put a drill into the programme of a year."""
        given = NewPlannedDrill(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.plan_drill(by=cast(Person, request.user), **given.validated_data)
        shown = PlannedDrillShape(made, context=self.get_serializer_context())
        return Response(shown.data, status=201)

    cancel = verb(workflow.cancel_planned, Reason, answer=PlannedDrillShape, name="cancel")
    held = verb(workflow.note_held, Held, answer=PlannedDrillShape, name="held")


class ScenarioShape(serializers.Serializer):
    """A scenario of the library."""

    slug = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    is_built_in = serializers.BooleanField()


class NewScenario(Fixed):
    name = serializers.CharField(max_length=60, help_text="Letters, digits and hyphens.")
    text = serializers.CharField(max_length=200_000, trim_whitespace=False, help_text="YAML.")


class Scenarios(ViewSet):
    """Scenarios (演练剧本), built in and brought in. What is wrong with one is said by its line.
    Without those in whose drill the caller is still to play."""

    serializer_class = ScenarioShape
    lookup_url_kwarg = "slug"
    lookup_value_converter = "slug"

    @extend_schema(responses={200: ScenarioShape(many=True)}, filters=False)
    def list(self, request: Request) -> Response:
        self._insist()
        kept = authority.plays_unseen(Drill.objects.to_be_played(), request.user)
        shown = [entry for entry in library.entries() if entry.slug not in kept]
        return Response(ScenarioShape(shown, many=True).data)

    @extend_schema(
        responses={200: ScenarioShape},
        parameters=[OpenApiParameter("slug", str, OpenApiParameter.PATH)],
    )
    def retrieve(self, request: Request, slug: str) -> Response:
        self._insist()
        if slug in authority.plays_unseen(Drill.objects.to_be_played(), request.user):
            raise PermissionDenied(_("您在这个剧本的演练里参演，演完以后才能看。"))
        entry = library.find(slug)
        if entry is None:
            raise Http404
        return Response(ScenarioShape(entry).data)

    @extend_schema(request=NewScenario, responses={201: ScenarioShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Bring a scenario in; one that the library has already is refused."""
        given = NewScenario(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.upload_scenario(by=cast(Person, request.user), **given.validated_data)
        return Response(ScenarioShape(library.find(made.slug)).data, status=201)

    def _insist(self) -> None:
        person: Any = self.request.user
        if not authority.sees_ahead(None, person):
            raise PermissionDenied(_("演练计划和剧本只有安排演练的人能看，免得参演人员提前知道。"))
