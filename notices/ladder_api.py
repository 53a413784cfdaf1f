"""The API's door to the ladder of an incident: how far it was climbed, and its verbs."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.models import Incident
from incidents.serializers import Named
from journal.api import RowField, Seen, verb
from notices import workflow
from notices.models import Climb
from notices.rungs import Called, Ladder, RungShown, said
from teams.models import ContactPoint, Person


class CalledShape(serializers.Serializer):
    """One person of a rung, and how far the call has come."""

    person = Named(source="alert.person")
    state = serializers.ChoiceField(("called", "seen", "acknowledged", "spent"))
    said = serializers.SerializerMethodField(help_text="The same in words.")
    called_at = serializers.DateTimeField(source="alert.created_at")
    seen_at = serializers.DateTimeField(source="alert.seen_at", allow_null=True)
    acknowledged_at = serializers.DateTimeField(source="alert.acknowledged_at", allow_null=True)

    def get_said(self, called: Called) -> str:
        return said(called)


class RungShape(serializers.Serializer):
    """A rung of the ladder: taken, skipped, due next or waiting."""

    position = serializers.IntegerField(source="rung.position")
    target = serializers.CharField(source="rung.target")
    channels = serializers.ListField(child=serializers.CharField(), source="rung.channels")
    after_minutes = serializers.IntegerField(source="rung.after_minutes")
    acknowledgers = serializers.IntegerField(source="rung.acknowledgers")
    state = serializers.ChoiceField(("taken", "skipped", "next", "waiting"))
    at = serializers.SerializerMethodField(help_text="When it was taken or skipped.")
    due_at = serializers.DateTimeField(allow_null=True)
    skipped = serializers.SerializerMethodField(help_text="Why it was skipped, in words.")
    people = CalledShape(many=True)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_at(self, shown: RungShown) -> Any:
        return shown.step.at if shown.step is not None else None

    def get_skipped(self, shown: RungShown) -> str:
        return str(shown.step.get_skipped_display()) if shown.step is not None else ""


class ClimbShape(serializers.ModelSerializer[Climb]):
    """One going up of the ladder, the newest of the incident."""

    why = serializers.ChoiceField(Climb.Why.choices)
    state = serializers.ChoiceField(Climb.State.choices)
    paused_by = Named(allow_null=True)
    ended_by = Named(allow_null=True)

    class Meta:
        model = Climb
        fields = [
            *("epoch", "why", "level", "state", "round", "due_at", "started_at", "paused_until"),
            *("paused_by", "pause_reason", "exhausted_at", "ended_at", "ended_how", "ended_by"),
            "version",
        ]


class LadderShape(serializers.Serializer):
    """The ladder of one incident. `climb` is null where nobody was ever called."""

    incident = serializers.IntegerField(source="incident.pk")
    climb = ClimbShape(allow_null=True)
    rungs = RungShape(many=True)


class Jump(Seen):
    position = serializers.IntegerField(min_value=1, max_value=32767)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Pause(Seen):
    minutes = serializers.IntegerField(min_value=1, max_value=60)
    reason = serializers.CharField(max_length=200)


class CallIn(serializers.Serializer):
    person = RowField(Person.objects.all())
    kind = serializers.ChoiceField(ContactPoint.Kind.choices, required=False, allow_blank=True)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Reached(serializers.Serializer):
    person = RowField(Person.objects.all())
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Nothing(serializers.Serializer):
    """No body is needed."""


class Ladders(RetrieveModelMixin, GenericViewSet[Incident]):
    """The escalation ladder (升级链) of an incident, by the incident's own key."""

    queryset = Incident.objects.select_related("grade", "plan")
    serializer_class = LadderShape
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Ladder:
        return Ladder(self.get_queryset().get(pk=pk), cast(Person, self.request.user))

    @extend_schema(responses=LadderShape, filters=False)
    def retrieve(self, request: Request, pk: int) -> Response:
        """How far the ladder was climbed, who was called, and when the next rung is due."""
        return Response(LadderShape(self.answered(self.get_object().pk, None)).data)

    jump = verb(workflow.jump, Jump, answer=LadderShape)
    pause = verb(workflow.pause, Pause, answer=LadderShape)
    resume = verb(workflow.resume, Seen, answer=LadderShape)
    call_in = verb(workflow.call_in, CallIn, answer=LadderShape, address="call-in")
    note_reached = verb(workflow.note_reached, Reached, answer=LadderShape, address="reached")
    acknowledge = verb(
        workflow.answer, Nothing, answer=LadderShape, name="acknowledge", address="acknowledge"
    )
