"""The API's door to duty: who is on at a moment, every duty between two, and the rosters."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from journal.api import MomentField, RowField
from teams.models import Duty, Person, ResponseGroup, Roster
from teams.selectors import duties_between, on_duty

# A quarter of a year of every roster is a few thousand duties.
LONGEST = datetime.timedelta(days=93)


class DutiesAsked(serializers.Serializer):
    """`at`, or `from` with `to`; with none of them the present moment is meant."""

    default_error_messages = {
        "both": _("at 和 from、to 不能同时给。"),
        "half": _("from 和 to 要一起给。"),
        "order": _("to 要晚于 from，最多相隔 {days} 天。"),
    }

    at = MomentField(required=False, help_text="Duties that hold at this moment.")
    to = MomentField(required=False, help_text="Its end, at most 93 days later.")
    roster = RowField(Roster.objects.all(), required=False)
    group = RowField(ResponseGroup.objects.all(), required=False)
    person = RowField(Person.objects.all(), required=False)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's own.
        begin = MomentField(required=False, help_text="Beginning of the time that is asked for.")
        return {"from": begin} | super().get_fields()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        begin, end = attrs.get("from"), attrs.get("to")
        if (begin is None) != (end is None):
            self.fail("half")
        if begin is not None and end is not None:
            if "at" in attrs:
                self.fail("both")
            if not begin < end <= begin + LONGEST:
                self.fail("order", days=LONGEST.days)
        return attrs


class DutyShape(serializers.ModelSerializer[Duty]):
    """A stretch of the final calendar: this person serves in this roster."""

    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")
    roster = serializers.IntegerField(source="roster_id")
    roster_name = serializers.CharField(source="roster.name")
    group = serializers.IntegerField(source="roster.group_id")
    position = serializers.IntegerField(source="roster.position")
    source = serializers.ChoiceField(Duty.Source.choices)  # type: ignore[assignment]  # a name of the contract, not the attribute of Field
    instead_of = serializers.IntegerField(source="instead_of_id", allow_null=True)

    class Meta:
        model = Duty
        fields = [
            *("id", "roster", "roster_name", "group", "position", "person", "name", "starts_at"),
            *("ends_at", "slot", "shift", "shift_on", "source", "instead_of"),
        ]


class RosterShape(serializers.ModelSerializer[Roster]):
    """A duty post of a group."""

    group = serializers.IntegerField(source="group_id")

    class Meta:
        model = Roster
        fields = [
            *("id", "group", "name", "position", "round_the_clock", "stands_in_for_leadership"),
            *("minimum_rest_hours", "compiled_until", "version"),
        ]


class Duties(APIView):
    """The final calendar of duty."""

    @extend_schema(
        operation_id="duties_list", parameters=[DutiesAsked], responses={200: DutyShape(many=True)}
    )
    def get(self, request: Request) -> Response:
        """Who is on duty at a moment, past or future, or every duty between two moments."""
        asked = DutiesAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        where = {name: given.get(name) for name in ("roster", "group")}
        person = given.get("person")
        if "from" in given:
            duties = duties_between(given["from"], given["to"], person=person, **where)
        else:
            duties = on_duty(given.get("at") or timezone.now(), **where)
            duties = [duty for duty in duties if person is None or duty.person_id == person.pk]
        return Response(DutyShape(duties, many=True).data)


class Rosters(ListModelMixin, GenericViewSet[Roster]):
    """Rosters in use."""

    queryset = Roster.objects.filter(is_active=True)
    serializer_class = RosterShape
    pagination_class = None
    filter_backends = ()
