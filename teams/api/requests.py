"""The API's door to requests about duty: leave, stand-ins and swaps. Nothing here writes.

A request that is sent twice is one: the verbs give what was asked the first time.
"""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from journal import moving
from journal.api import Fixed, MomentField, RowField, Seen, verb
from teams import workflow
from teams.models import Leave, Person, Roster, StandIn
from teams.selectors.duty_requests import leaves_seen_by, stand_ins_seen_by, waiting_for

_people = Person.objects.filter(is_active=True)
_rosters = Roster.objects.filter(is_active=True)
_SHORT = 200


class Scope(serializers.Serializer):
    """Which requests a list shows."""

    scope = serializers.ChoiceField(
        [("mine", "mine"), ("waiting", "waiting"), ("all", "all")],
        default="mine",
        help_text="`mine`: that concern the caller. `waiting`: that wait for the caller's answer "
        "or decision. `all`: every one that the caller may see.",
    )


class LeaveRow(serializers.ModelSerializer[Leave]):
    """Somebody is away."""

    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")
    state = serializers.ChoiceField(Leave.State.choices)
    asked_by = serializers.IntegerField(source="asked_by_id")
    decided_by = serializers.IntegerField(source="decided_by_id", allow_null=True)

    class Meta:
        model = Leave
        fields = [
            *("id", "person", "name", "starts_at", "ends_at", "reason", "state", "version"),
            *("asked_by", "asked_at", "decided_by", "decided_at", "said"),
        ]


class LeaveShape(LeaveRow):
    """The same, with what the caller may do now."""

    verbs = serializers.SerializerMethodField()

    class Meta(LeaveRow.Meta):
        fields = [*LeaveRow.Meta.fields, "verbs"]

    def get_verbs(self, leave: Leave) -> list[str]:
        return moving.available(leave, self.context["request"].user)


class StandInRow(serializers.ModelSerializer[StandIn]):
    """`stand_in` serves in the place of `person`. `swap`: the other half of a swap."""

    roster = serializers.IntegerField(source="roster_id")
    roster_name = serializers.CharField(source="roster.name")
    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")
    stand_in = serializers.IntegerField(source="stand_in_id")
    stand_in_name = serializers.CharField(source="stand_in.name")
    swap = serializers.IntegerField(source="swap_id", allow_null=True)
    state = serializers.ChoiceField(StandIn.State.choices)
    asked_by = serializers.IntegerField(source="asked_by_id")
    decided_by = serializers.IntegerField(source="decided_by_id", allow_null=True)

    class Meta:
        model = StandIn
        fields = [
            *("id", "roster", "roster_name", "person", "name", "stand_in", "stand_in_name"),
            *("starts_at", "ends_at", "reason", "swap", "state", "version", "asked_by"),
            *("asked_at", "answered_at", "decided_by", "decided_at", "said"),
        ]


class StandInShape(StandInRow):
    """The same, with what the caller may do now."""

    verbs = serializers.SerializerMethodField()

    class Meta(StandInRow.Meta):
        fields = [*StandInRow.Meta.fields, "verbs"]

    def get_verbs(self, stand_in: StandIn) -> list[str]:
        return moving.available(stand_in, self.context["request"].user)


class NewLeave(Fixed):
    starts_at = MomentField()
    ends_at = MomentField(help_text="The first moment at which the person is back.")
    reason = serializers.CharField(max_length=_SHORT)
    person = RowField(
        _people, required=False, allow_null=True, help_text="Default: the caller themselves."
    )


class NewStandIn(Fixed):
    roster = RowField(_rosters)
    stand_in = RowField(_people, help_text="Who is asked to serve.")
    starts_at = MomentField()
    ends_at = MomentField()
    reason = serializers.CharField(max_length=_SHORT)
    person = RowField(
        _people,
        required=False,
        allow_null=True,
        help_text="In whose place. Default: the caller themselves.",
    )


class NewSwap(Fixed):
    """The caller's own duty for one of the other's, in the same roster or in another."""

    roster = RowField(_rosters)
    starts_at = MomentField()
    ends_at = MomentField()
    other = RowField(_people)
    other_starts_at = MomentField()
    other_ends_at = MomentField()
    other_roster = RowField(_rosters, required=False, allow_null=True)
    reason = serializers.CharField(max_length=_SHORT)


class Why(Seen):
    reason = serializers.CharField(max_length=_SHORT)


class Weighed(Seen):
    """`accept_conflicts`: why the change is made although it brings conflicts (422 names them)."""

    accept_conflicts = serializers.CharField(max_length=_SHORT, required=False, allow_blank=True)


class _Requests(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    filter_backends = ()
    lookup_value_converter = "int"
    # A list says nothing of what may be done: that costs queries for each row.
    row: type[serializers.BaseSerializer]

    def answered(self, pk: int, done: Any) -> Any:
        return done

    def _person(self) -> Person:
        return cast(Person, self.request.user)

    def _mine(self) -> Any:
        raise NotImplementedError

    def _waiting(self) -> Any:
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Requests, the newest first; `scope` says which."""
        given = Scope(data=request.query_params)
        given.is_valid(raise_exception=True)
        rows = {"mine": self._mine, "waiting": self._waiting, "all": self.get_queryset}
        page = self.paginate_queryset(rows[given.validated_data["scope"]]())
        return self.get_paginated_response(self.row(page, many=True).data)

    def _made(self, row: Any) -> Response:
        shown = self.get_serializer(self.get_queryset().get(pk=row.pk))
        place = self.reverse_action("detail", args=[row.pk])
        return Response(shown.data, status=201, headers={"Location": place})


@extend_schema(tags=["leaves"])
class Leaves(_Requests):
    """Leave (请假). A verb answers with the leave as it stands afterwards."""

    queryset = Leave.objects.none()
    serializer_class = LeaveShape
    row = LeaveRow

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return leaves_seen_by(self._person())

    def _mine(self) -> Any:
        return self.get_queryset().filter(person=self._person())

    def _waiting(self) -> Any:
        found = waiting_for(self._person(), timezone.now()).leaves
        return self.get_queryset().filter(pk__in=[leave.pk for leave in found])

    @extend_schema(parameters=[Scope], responses={200: LeaveRow(many=True)}, filters=False)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Leave, the newest first; `scope` says which."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewLeave, responses={201: LeaveShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Ask for leave; for somebody else only who may decide about it."""
        given = NewLeave(data=request.data)
        given.is_valid(raise_exception=True)
        return self._made(workflow.ask_leave(by=self._person(), **given.validated_data))

    approve = verb(workflow.approve_leave, Weighed, answer=LeaveShape, name="approve")
    refuse = verb(workflow.refuse_leave, Why, answer=LeaveShape, name="refuse")
    withdraw = verb(workflow.withdraw_leave, Seen, answer=LeaveShape, name="withdraw")


@extend_schema(tags=["stand-ins"])
class StandIns(_Requests):
    """Stand-ins (代班) and swaps (换班): asked, accepted, approved. A swap's halves go together."""

    queryset = StandIn.objects.none()
    serializer_class = StandInShape
    row = StandInRow

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return stand_ins_seen_by(self._person())

    def _mine(self) -> Any:
        rows = self.get_queryset()
        mine = self._person()
        return rows.filter(person=mine) | rows.filter(stand_in=mine) | rows.filter(asked_by=mine)

    def _waiting(self) -> Any:
        found = waiting_for(self._person(), timezone.now()).stand_ins
        return self.get_queryset().filter(pk__in=[stand_in.pk for stand_in in found])

    @extend_schema(parameters=[Scope], responses={200: StandInRow(many=True)}, filters=False)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stand-ins and halves of swaps, the newest first; `scope` says which."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewStandIn, responses={201: StandInShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Ask a colleague to serve in one's place; nothing moves before it is approved."""
        given = NewStandIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        roster = facts.pop("roster")
        return self._made(workflow.ask_stand_in(roster.pk, by=self._person(), **facts))

    @extend_schema(request=NewSwap, responses={201: StandInShape}, filters=False)
    @action(detail=False, methods=["post"])
    def swap(self, request: Request) -> Response:
        """Ask a colleague to exchange duties. Gives the half in which the colleague serves."""
        given = NewSwap(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        roster, other = facts.pop("roster"), facts.pop("other_roster", None)
        return self._made(
            workflow.ask_swap(
                roster.pk, by=self._person(), other_roster_pk=other and other.pk, **facts
            )
        )

    accept = verb(workflow.accept_stand_in, Seen, answer=StandInShape, name="accept")
    decline = verb(workflow.decline_stand_in, Why, answer=StandInShape, name="decline")
    approve = verb(workflow.approve_stand_in, Weighed, answer=StandInShape, name="approve")
    refuse = verb(workflow.refuse_stand_in, Why, answer=StandInShape, name="refuse")
    withdraw = verb(workflow.withdraw_stand_in, Seen, answer=StandInShape, name="withdraw")
    cancel = verb(workflow.cancel_stand_in, Why, answer=StandInShape, name="cancel")
