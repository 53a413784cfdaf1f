"""The API's door to places of screens and signs. Nothing here writes."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.serializers import Named
from journal.api import RowField, RowsField, Seen, verb
from notices import workflow
from notices.models import Place
from teams.models import Department, Person, Service


class PlaceShape(serializers.ModelSerializer[Place]):
    """Somewhere that patients read a hall screen or a printed sign."""

    department = serializers.IntegerField(source="department_id", allow_null=True)
    services = Named(source="services.all", many=True)
    languages = serializers.ListField(child=serializers.ChoiceField(Place.Language.choices))

    class Meta:
        model = Place
        fields = [
            *("id", "name", "slug", "building", "floor", "department", "services", "has_screen"),
            *("has_sign", "languages", "position", "is_active", "version"),
        ]


def _facts(*, is_new: bool) -> dict[str, serializers.Field]:
    return {
        "name": serializers.CharField(max_length=40, required=is_new),
        "slug": serializers.CharField(
            max_length=40, required=False, help_text="Its address: `/screen/{slug}/`."
        ),
        "building": serializers.CharField(max_length=40, required=False, allow_blank=True),
        "floor": serializers.CharField(max_length=20, required=False, allow_blank=True),
        "department": RowField(
            Department.objects.filter(is_active=True), required=False, allow_null=True
        ),
        "services": RowsField(
            Service.objects.all(), required=False, help_text="None: it concerns every service."
        ),
        "has_screen": serializers.BooleanField(required=False),
        "has_sign": serializers.BooleanField(required=False),
        "languages": serializers.ListField(
            child=serializers.ChoiceField(Place.Language.choices), required=False, max_length=4
        ),
        "position": serializers.IntegerField(required=False, min_value=1, max_value=30_000),
    }


class NewPlace(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        return _facts(is_new=True)


class ChangedPlace(Seen):
    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | _facts(is_new=False)


class Places(ListModelMixin, RetrieveModelMixin, GenericViewSet[Place]):
    """Places (地点) of hall screens and printed signs; those out of use as well."""

    queryset = Place.objects.prefetch_related("services")
    serializer_class = PlaceShape
    pagination_class = None
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Place) -> Place:
        return done

    @extend_schema(request=NewPlace, responses={201: PlaceShape}, filters=False)
    def create(self, request: Request) -> Response:
        """A new place. Without `slug` it gets a number for its address."""
        given = NewPlace(data=request.data)
        given.is_valid(raise_exception=True)
        place = workflow.add_place(by=cast(Person, request.user), **given.validated_data)
        return Response(PlaceShape(place).data, status=201)

    change = verb(workflow.change_place, ChangedPlace, answer=PlaceShape, name="change")
    retire = verb(workflow.retire_place, Seen, answer=PlaceShape, name="retire")
    reopen = verb(workflow.reopen_place, Seen, answer=PlaceShape, name="reopen")
