"""The API's door to the phone tree: whom somebody has to ring now, and what came of it."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.serializers import Named
from journal.api import verb
from notices import authority, workflow
from notices.channels import BY_HAND
from notices.models import Delivery
from notices.ringing import to_ring


class CallToMake(serializers.ModelSerializer[Delivery]):
    """A call that waits for a person's hand. `number` is masked for who does not ring."""

    person = Named(source="alert.person")
    incident = serializers.IntegerField(source="alert.incident_id", allow_null=True)
    text = serializers.CharField(source="alert.text", help_text="What they are to be told.")
    number = serializers.SerializerMethodField()
    tries = serializers.IntegerField(help_text="How often it has been dialled; `rung` wants it.")
    words = serializers.CharField(help_text="What came of the last try.")
    asked_at = serializers.DateTimeField(source="sent_at")

    class Meta:
        model = Delivery
        fields = [
            *("id", "person", "incident", "level", "text", "number", "tries", "words"),
            *("state", "asked_at", "expires_at"),
        ]

    def get_number(self, call: Delivery) -> str:
        may = authority.may_ring(call.channel, self.context["request"].user)
        return call.point.address if may and call.point is not None else call.shown


class RungNoted(serializers.Serializer):
    result = serializers.ChoiceField(workflow.Rung.choices)
    tries = serializers.IntegerField(min_value=0, max_value=99999)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PhoneCalls(GenericViewSet[Delivery]):
    """Calls to be made by hand (要打的电话), the gravest first."""

    queryset = Delivery.objects.filter(channel__kind__in=BY_HAND, alert__isnull=False)
    serializer_class = CallToMake
    lookup_value_converter = "int"
    pagination_class = None

    def answered(self, pk: int, done: Any) -> Delivery:
        return cast(Delivery, done)

    @extend_schema(responses=CallToMake(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """All that wait now, fifty at the most."""
        shape = CallToMake(to_ring(), many=True, context=self.get_serializer_context())
        return Response(shape.data)

    rung = verb(workflow.note_rung, RungNoted, answer=CallToMake, name="rung", address="rung")
