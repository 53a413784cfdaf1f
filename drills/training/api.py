"""The API's door to training. Nothing here writes."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from drills.training import workflow
from drills.training.contents_api import Quiz, of_whom_one_sees
from drills.training.covering import staff
from drills.training.models import Completion, Course, TrainingSession
from incidents.serializers import Named
from journal import moving
from journal.api import Fixed, MomentField, RowField, RowsField, Seen, verb
from teams.models import Person


class CourseShape(serializers.ModelSerializer[Course]):
    """What staff are trained in, who must have it, and for how many months it holds."""

    keeper = Named(allow_null=True)
    departments = Named(source="departments.all", many=True)
    groups = Named(source="groups.all", many=True)

    class Meta:
        model = Course
        fields = [
            *("id", "name", "about", "given_by", "keeper", "for_everybody", "roles"),
            *("departments", "groups", "valid_months", "remind_days", "needs_quiz"),
            *("pass_percent", "tries", "is_active", "version"),
        ]


class SessionShape(serializers.ModelSerializer[TrainingSession]):
    """One time that a course is given."""

    course = serializers.IntegerField(source="course_id")
    course_name = serializers.CharField(source="course.name")
    state = serializers.ChoiceField(TrainingSession.State.choices)
    trainer = Named()
    planned_by = Named()
    action = serializers.IntegerField(
        source="action_id", allow_null=True, help_text="The measure that it is held for."
    )
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    class Meta:
        model = TrainingSession
        fields = [
            *("id", "course", "course_name", "state", "starts_at", "ends_at", "place", "trainer"),
            *("capacity", "planned_by", "planned_at", "moved", "ended_at", "remark", "action"),
            *("version", "verbs"),
        ]

    def get_verbs(self, row: TrainingSession) -> list[str]:
        return moving.available(row, self.context["request"].user)


class CompletionShape(serializers.ModelSerializer[Completion]):
    """Somebody has done all that a course demands. `valid_until`: the last day it holds."""

    course = serializers.IntegerField(source="course_id")
    course_name = serializers.CharField(source="course.name")
    person = Named()
    session = serializers.IntegerField(source="session_id", allow_null=True)
    number = serializers.CharField(help_text="Of the certificate.")

    class Meta:
        model = Completion
        fields = [
            *("id", "course", "course_name", "person", "session", "completed_on", "valid_until"),
            *("number", "revoked_at", "revoke_reason"),
        ]


class _WhenWhere(Fixed):
    starts_at = MomentField()
    ends_at = MomentField()
    place = serializers.CharField(max_length=120)
    capacity = serializers.IntegerField(
        min_value=1, max_value=5000, required=False, allow_null=True
    )


class NewSession(_WhenWhere):
    course = RowField(Course.objects.in_use())
    trainer = RowField(staff())
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class MovedSession(Seen, _WhenWhere):
    trainer = RowField(staff(), required=False)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PeopleInvited(Seen):
    people = RowsField(staff())


class AttendanceNoted(Seen):
    person = RowField(staff())
    reason = serializers.CharField(max_length=200)


class SessionHeld(Seen):
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True)


class SessionCancelled(Seen):
    reason = serializers.CharField(max_length=200)


class Courses(Quiz, ListModelMixin, RetrieveModelMixin, GenericViewSet[Course]):
    """Courses of the training (plan, row P20), each with its quiz."""

    queryset = Course.objects.select_related("keeper").prefetch_related("departments", "groups")
    serializer_class = CourseShape
    filter_backends = ()
    lookup_value_converter = "int"


class SessionFilter(filters.FilterSet):
    course = filters.NumberFilter(field_name="course_id")
    state = filters.ChoiceFilter(choices=TrainingSession.State.choices)

    class Meta:
        model = TrainingSession
        fields: list[str] = []


class Sessions(ListModelMixin, RetrieveModelMixin, GenericViewSet[TrainingSession]):
    """Sessions of courses. People sign in with the code on the wall, which is a page."""

    queryset = TrainingSession.objects.select_related("course", "trainer", "planned_by")
    serializer_class = SessionShape
    filterset_class = SessionFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: TrainingSession) -> TrainingSession:
        return self.get_queryset().get(pk=pk)

    @extend_schema(request=NewSession, responses={201: SessionShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Arrange a session. Sent twice with the same mark, it is arranged once."""
        given = NewSession(data=request.data)
        given.is_valid(raise_exception=True)
        row = workflow.plan_session(by=cast(Person, request.user), **given.validated_data)
        shown = SessionShape(row, context=self.get_serializer_context())
        return Response(shown.data, status=201)

    move = verb(workflow.move_session, MovedSession, answer=SessionShape, name="move")
    invite = verb(workflow.invite, PeopleInvited, answer=SessionShape, name="invite")
    note_attendance = verb(workflow.note_attendance, AttendanceNoted, answer=SessionShape)
    hold = verb(workflow.hold_session, SessionHeld, answer=SessionShape, name="hold")
    cancel = verb(workflow.cancel_session, SessionCancelled, answer=SessionShape, name="cancel")


class CompletionFilter(filters.FilterSet):
    course = filters.NumberFilter(field_name="course_id")
    person = filters.NumberFilter(field_name="person_id")
    holding = filters.BooleanFilter(method="only_holding", help_text="Those that hold today.")

    class Meta:
        model = Completion
        fields: list[str] = []

    def only_holding(self, rows: Any, _name: str, wanted: bool) -> QuerySet[Completion]:
        holding = Completion.objects.holding(timezone.localdate()).values("pk")
        return rows.filter(pk__in=holding) if wanted else rows.exclude(pk__in=holding)


class Completions(ListModelMixin, RetrieveModelMixin, GenericViewSet[Completion]):
    """Who has completed what: one's own, those of the department for its head, all for those who
    oversee training."""

    queryset = Completion.objects.select_related("course", "person")
    serializer_class = CompletionShape
    filterset_class = CompletionFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Completion]:
        return super().get_queryset().filter(of_whom_one_sees(cast(Person, self.request.user)))
