"""The API's door to counts, inspections and suppliers. Nothing here writes."""

from collections.abc import Sequence
from typing import Any, cast

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory import workflow
from inventory.models import Count, CountLine, Inspection, Place, Supplier
from inventory.workflow.gate import MOST
from journal.api import BIG_INTEGER, Fixed, RowField, Seen, verb
from teams.models import Person

_SHORT = 200


class CountLineShape(serializers.ModelSerializer[CountLine]):
    """An item of one batch: `expected` is what the stock said, `counted` null until it was."""

    item = serializers.IntegerField(source="item_id")
    name = serializers.CharField(source="item.name")
    batch = serializers.CharField(source="batch.number", allow_null=True, default=None)
    difference = serializers.IntegerField()

    class Meta:
        model = CountLine
        fields = [
            *("id", "item", "name", "batch", "expected", "counted", "difference", "explanation")
        ]


class CountShape(serializers.ModelSerializer[Count]):
    """A count of a place; the stock changes with the second signature alone."""

    place = serializers.IntegerField(source="place_id")
    state = serializers.ChoiceField(Count.State.choices)
    started_by = serializers.IntegerField(source="started_by_id", allow_null=True)
    first_by = serializers.IntegerField(source="first_by_id", allow_null=True)
    second_by = serializers.IntegerField(source="second_by_id", allow_null=True)
    lines = CountLineShape(many=True)

    class Meta:
        model = Count
        fields = [
            *("id", "place", "state", "started_by", "started_at", "first_by", "first_at"),
            *("second_by", "second_at", "lines", "version"),
        ]


class NewCount(Fixed):
    place = RowField(Place.objects.in_use())


class CountedLine(Fixed):
    line = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)
    counted = serializers.IntegerField(min_value=0, max_value=MOST)
    explanation = serializers.CharField(max_length=_SHORT, required=False, allow_blank=True)


class Counted(Seen):
    lines = serializers.ListField(child=CountedLine(), max_length=1000)


def enter(pk: int, *, by: Any, lines: Sequence[dict[str, Any]], version: int | None = None) -> Any:
    """What was counted, line by line; what is left out stays as it is."""
    numbers = {each["line"]: (each["counted"], each.get("explanation", "")) for each in lines}
    return workflow.enter_counts(pk, by=by, version=version, numbers=numbers)


class CountFilter(filters.FilterSet):
    place = filters.NumberFilter(field_name="place_id")
    state = filters.ChoiceFilter(choices=Count.State.choices)

    class Meta:
        model = Count
        fields: list[str] = []


class Counts(ListModelMixin, RetrieveModelMixin, GenericViewSet[Count]):
    """Counts of places (盘点), signed by two of logistics."""

    queryset = Count.objects.prefetch_related("lines__item", "lines__batch")
    serializer_class = CountShape
    filterset_class = CountFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Count:
        return self.get_queryset().get(pk=pk)

    @extend_schema(request=NewCount, responses={201: CountShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Begin to count a place; the count that is open already instead of a second one."""
        given = NewCount(data=request.data)
        given.is_valid(raise_exception=True)
        place = given.validated_data["place"]
        made = workflow.start_count(place.pk, by=cast(Person, request.user))
        return Response(CountShape(self.answered(made.pk, made)).data, status=201)

    enter = verb(enter, Counted, answer=CountShape)
    sign = verb(workflow.sign_count, Seen, answer=CountShape, name="sign")
    countersign = verb(workflow.countersign_count, Seen, answer=CountShape, name="countersign")
    cancel = verb(workflow.cancel_count, Seen, answer=CountShape, name="cancel")


class PointShape(serializers.Serializer):
    """A point of the item's checklist: in order or not, and what was seen."""

    point = serializers.CharField(max_length=_SHORT)
    ok = serializers.BooleanField()
    said = serializers.CharField(max_length=_SHORT, required=False, allow_blank=True)


class InspectionShape(serializers.ModelSerializer[Inspection]):
    """One look at an item, point by point."""

    item = serializers.IntegerField(source="item_id")
    results = PointShape(many=True)
    by = serializers.IntegerField(source="by_id", allow_null=True)

    class Meta:
        model = Inspection
        fields = ["id", "item", "passed", "results", "remark", "by", "at"]


class Inspected(Fixed):
    """`results` where the item has a checklist, each of its points once; else `passed`."""

    results = serializers.ListField(child=PointShape(), required=False, max_length=100)
    passed = serializers.BooleanField(required=False, allow_null=True)
    remark = serializers.CharField(max_length=_SHORT, required=False, allow_blank=True)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class InspectionFilter(filters.FilterSet):
    item = filters.NumberFilter(field_name="item_id")
    passed = filters.BooleanFilter()

    class Meta:
        model = Inspection
        fields: list[str] = []


class Inspections(ListModelMixin, RetrieveModelMixin, GenericViewSet[Inspection]):
    """Inspections of supplies, newest first; made with `POST /api/supplies/{id}/inspect/`."""

    queryset = Inspection.objects.all()
    serializer_class = InspectionShape
    filterset_class = InspectionFilter
    lookup_value_converter = "int"


class SupplierShape(serializers.ModelSerializer[Supplier]):
    """Who is called when something of theirs fails. `words`: what they answer for."""

    kind = serializers.ChoiceField(Supplier.Kind.choices)
    words = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Supplier
        fields = [
            *("id", "name", "kind", "hotline", "contact", "words", "contract_number"),
            *("contract_from", "contract_to", "response_minutes", "note", "is_active", "version"),
        ]


def _facts(*, is_new: bool) -> dict[str, serializers.Field]:
    def text(most: int) -> serializers.CharField:
        return serializers.CharField(max_length=most, required=False, allow_blank=True)

    return {
        "name": serializers.CharField(max_length=80, required=is_new),
        "kind": serializers.ChoiceField(Supplier.Kind.choices, required=is_new),
        "hotline": serializers.CharField(max_length=40, required=is_new),
        "contact": text(60),
        "answers_for": serializers.CharField(
            max_length=1000, required=False, allow_blank=True, help_text="One word a line."
        ),
        "contract_number": text(60),
        "contract_from": serializers.DateField(required=False, allow_null=True),
        "contract_to": serializers.DateField(required=False, allow_null=True),
        "response_minutes": serializers.IntegerField(
            required=False, allow_null=True, min_value=1, max_value=100_000
        ),
        "note": text(_SHORT),
    }


class NewSupplier(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        return _facts(is_new=True)


class ChangedSupplier(Seen):
    is_active = serializers.BooleanField(required=False)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | _facts(is_new=False)


class Suppliers(ListModelMixin, RetrieveModelMixin, GenericViewSet[Supplier]):
    """Suppliers and service providers (供应商和服务商) with contract and hotline."""

    queryset = Supplier.objects.all()
    serializer_class = SupplierShape
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Supplier) -> Supplier:
        return done

    @extend_schema(request=NewSupplier, responses={201: SupplierShape}, filters=False)
    def create(self, request: Request) -> Response:
        """A new supplier or service provider."""
        given = NewSupplier(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.add_supplier(by=cast(Person, request.user), **given.validated_data)
        return Response(SupplierShape(made).data, status=201)

    change = verb(workflow.change_supplier, ChangedSupplier, answer=SupplierShape, name="change")
