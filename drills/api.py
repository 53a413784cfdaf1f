"""The API's door to drills. Nothing here writes. Who only plays reads what they were told."""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from drills import authority, workflow
from drills.happened import happened
from drills.models import Drill, Expected, Inject, PlannedDrill, Seat, Verdict
from incidents.asked import TEXT, Reason
from incidents.models.drill import FASTEST
from incidents.serializers import Named
from journal import moving
from journal.api import BIG_INTEGER, Fixed, MomentField, RowField, RowsField, Seen, verb
from reviews.action_api import DayField
from reviews.models import ActionItem
from teams.models import Department, Person

_people = Person.objects.filter(is_active=True)


class SeatShape(serializers.ModelSerializer[Seat]):
    person = Named()

    class Meta:
        model = Seat
        fields = ["person", "part", "role"]


class InjectShape(serializers.ModelSerializer[Inject]):
    """News for one role. `minute` is on the drill's own clock."""

    drill = serializers.IntegerField(source="drill_id")
    settled_by = Named(allow_null=True)
    act = serializers.CharField(help_text="begin, open or add where it enters the system.")

    class Meta:
        model = Inject
        fields = [
            *("id", "drill", "step", "minute", "role", "text", "act", "by_clock", "state"),
            *("due_at", "settled_at", "settled_by", "reason"),
        ]


class ActShape(serializers.Serializer):
    """What is expected and what happened, in minutes of the drill's clock."""

    id = serializers.IntegerField(source="act.pk")
    step = serializers.IntegerField(source="act.step")
    role = serializers.CharField(source="act.role")
    text = serializers.CharField(source="act.text")
    target = serializers.FloatField(source="act.target")
    minute = serializers.FloatField(allow_null=True)
    who = serializers.CharField()
    mark = serializers.CharField(help_text="yes, partly or no; empty: it may still happen.")


class DrillShape(serializers.ModelSerializer[Drill]):
    """A drill. Its injects and acts are there for who controls or evaluates it."""

    is_drill = serializers.SerializerMethodField()
    name = serializers.CharField(source="__str__")
    state = serializers.ChoiceField(Drill.State.choices)
    planned = serializers.IntegerField(source="planned_id", allow_null=True)
    plan = serializers.IntegerField(source="plan.number")
    incidents = serializers.SerializerMethodField()
    seats = SeatShape(many=True)
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    class Meta:
        model = Drill
        fields = [
            *("id", "is_drill", "name", "kind", "state", "version", "scenario", "scenario_title"),
            *("plan", "speed", "planned", "held_at", "started_at", "ended_at", "end_reason"),
            *("evaluated_at", "summary", "incidents", "seats", "verbs"),
        ]

    def get_is_drill(self, drill: Drill) -> bool:
        return True

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_incidents(self, drill: Drill) -> list[int]:
        return [link.incident_id for link in drill.links.all()]

    def get_verbs(self, drill: Drill) -> list[str]:
        return moving.available(drill, self.context["request"].user)


class ScriptShape(serializers.Serializer):
    """All injects of a drill, and what was expected beside what happened."""

    injects = InjectShape(many=True)
    acts = ActShape(many=True)
    findings = serializers.ListField(child=serializers.IntegerField(), help_text="Their keys.")


class NewDrill(Fixed):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(Drill.Kind.choices)
    scenario = serializers.CharField(max_length=60, help_text="Its name in the library.")
    speed = serializers.IntegerField(min_value=1, max_value=FASTEST, required=False)
    controllers = RowsField(_people, required=False)
    evaluators = RowsField(_people, required=False)
    held_at = MomentField(required=False, allow_null=True)
    planned = RowField(PlannedDrill.objects.open(), required=False, allow_null=True)
    tries = RowsField(ActionItem.objects.open(), required=False)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Cast(Seen):
    players = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=BIG_INTEGER),
        help_text="Role of the scenario → person.",
    )

    def validate_players(self, players: Mapping[str, int]) -> dict[str, Person]:
        found = _people.in_bulk(players.values())
        missing = [key for key in players.values() if key not in found]
        if missing:
            raise serializers.ValidationError(
                _("没有编号为 %(row)s 的人员。") % {"row": missing[0]}
            )
        return {role: found[key] for role, key in players.items()}


class Evaluating(Seen):
    evaluators = RowsField(_people)


class Improvised(Fixed):
    role = serializers.CharField(max_length=80)
    text = serializers.CharField(max_length=240)


class Skipped(Fixed):
    reason = serializers.CharField(max_length=200)


class Nothing(Fixed):
    pass


class Judged(Fixed):
    mark = serializers.ChoiceField(Verdict.Mark.choices)
    explanation = serializers.CharField(max_length=300, required=False, allow_blank=True)


class Judgement(Fixed):
    marks = serializers.DictField(child=Judged(), help_text="Key of the act → verdict.")

    def validate_marks(self, marks: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
        return {
            int(key): (said["mark"], said.get("explanation", ""))
            for key, said in marks.items()
            if key.isdecimal() and len(key) < 19
        }


class NewFinding(Fixed):
    problem = serializers.CharField(max_length=300)
    measure = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(ActionItem.Kind.choices, required=False)
    department = RowField(Department.objects.filter(is_active=True))
    due_on = DayField()
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class DrillEvaluated(Seen):
    summary = serializers.CharField(max_length=TEXT)
    passed = RowsField(ActionItem.objects.all(), required=False)


class Noted(Fixed):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    minute = serializers.FloatField(min_value=0, max_value=99_999, required=False, allow_null=True)
    was_done = serializers.BooleanField(required=False)


class NotedShape(serializers.ModelSerializer[Expected]):
    class Meta:
        model = Expected
        fields = ["id", "text", "noted_at", "noted_minute", "note"]


class Drills(ListModelMixin, RetrieveModelMixin, GenericViewSet[Drill]):
    """Drills (演练) in which the caller sits; all of them for who plans drills."""

    queryset = Drill.objects.select_related("plan").prefetch_related("links", "seats__person")
    serializer_class = DrillShape
    filter_backends = ()
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Drill]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return cast(Any, super().get_queryset()).seen_by(self.request.user)

    def answered(self, pk: int, done: Any) -> Drill:
        return Drill.objects.select_related("plan").get(pk=pk)

    @extend_schema(request=NewDrill, responses={201: DrillShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Prepare a drill of a scenario; then name who plays (`cast`)."""
        given = NewDrill(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.create_drill(by=cast(Person, request.user), **given.validated_data)
        shown = DrillShape(made, context=self.get_serializer_context())
        return Response(shown.data, status=201)

    @extend_schema(responses={200: ScriptShape}, filters=False)
    @action(detail=True, methods=["get"])
    def script(self, request: Request, pk: int) -> Response:
        """Injects and acts, for who controls, evaluates, or only plans drills."""
        drill = self.get_object()
        if not authority.sees_script(drill, request.user):
            raise PermissionDenied(_("剧本只有导调和评估人能看。"))
        whole = {
            "injects": drill.injects.select_related("settled_by"),
            "acts": happened(drill),
            "findings": list(drill.findings.values_list("pk", flat=True)),
        }
        return Response(ScriptShape(whole).data)

    cast = verb(workflow.cast, Cast, answer=DrillShape)
    name_evaluators = verb(workflow.name_evaluators, Evaluating, answer=DrillShape)
    start = verb(workflow.start_drill, Seen, answer=DrillShape, name="start")
    pause = verb(workflow.pause_drill, Reason, answer=DrillShape, name="pause")
    resume = verb(workflow.resume_drill, Seen, answer=DrillShape, name="resume")
    end = verb(workflow.end_drill, Reason, answer=DrillShape, name="end")
    cancel = verb(workflow.cancel_drill, Reason, answer=DrillShape, name="cancel")
    improvise = verb(workflow.improvise, Improvised, answer=DrillShape)
    find = verb(workflow.add_finding, NewFinding, answer=DrillShape, name="find")
    judge = verb(workflow.judge, Judgement, answer=DrillShape)
    evaluate = verb(workflow.evaluate_drill, DrillEvaluated, answer=DrillShape, name="evaluate")


class Injects(GenericViewSet[Inject]):
    """Injects (演练信息) by a controller's hand."""

    queryset = Inject.objects.all()
    serializer_class = InjectShape
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Inject) -> Inject:
        return done

    give = verb(workflow.give_inject, Nothing, answer=InjectShape, name="give")
    hold = verb(workflow.hold_inject, Nothing, answer=InjectShape, name="hold")
    release = verb(workflow.release_inject, Nothing, answer=InjectShape, name="release")
    skip = verb(workflow.skip_inject, Skipped, answer=InjectShape, name="skip")


class Acts(GenericViewSet[Expected]):
    """Expected acts that the journal cannot see, noted by hand."""

    queryset = Expected.objects.all()
    serializer_class = NotedShape
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Expected) -> Expected:
        return done

    note = verb(workflow.note_act, Noted, answer=NotedShape, name="note")
