"""The API's door to evidence: files of an incident, handed in and given out."""

from typing import Any, cast

from django.http import FileResponse
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents import authority, workflow
from incidents.models import Evidence, Incident
from incidents.serializers import Named
from journal import keeping
from journal.api import BIG_INTEGER, RowField
from teams.models import Person


class EvidenceShape(serializers.ModelSerializer[Evidence]):
    """A file; kind, size and SHA-256 are what the server found."""

    incident = serializers.IntegerField(source="incident_id")
    check = serializers.IntegerField(source="check_item_id", allow_null=True)
    order = serializers.IntegerField(source="order_id", allow_null=True)
    backup = serializers.IntegerField(source="backup_id", allow_null=True)
    by = Named()

    class Meta:
        model = Evidence
        fields = [
            *("id", "incident", "check", "order", "backup", "name", "note", "kind"),
            *("size_bytes", "sha256", "by", "at"),
        ]


class NewEvidence(serializers.Serializer):
    """As `multipart/form-data`. At most one of check, order and backup."""

    incident = RowField(Incident.objects.all())
    file = serializers.FileField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    check = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER, required=False)
    order = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER, required=False)
    backup = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER, required=False)


class EvidenceFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")

    class Meta:
        model = Evidence
        fields: list[str] = []


class Files(ListModelMixin, RetrieveModelMixin, GenericViewSet[Evidence]):
    """Files of evidence (凭证文件). They are never changed and never removed."""

    queryset = Evidence.objects.select_related("by")
    serializer_class = EvidenceShape
    filterset_class = EvidenceFilter
    parser_classes = (MultiPartParser,)
    lookup_value_converter = "int"

    @extend_schema(
        request={"multipart/form-data": NewEvidence}, responses={201: EvidenceShape}, filters=False
    )
    def create(self, request: Request) -> Response:
        """Hand in a file. The same content for the same thing again is the file of before."""
        by = cast(Person, request.user)
        if not authority.is_employee(None, by):
            raise PermissionDenied(_("您没有「上传凭证」的权限。"))
        given = NewEvidence(data=request.data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = dict(given.validated_data)
        evidence = workflow.attach(facts.pop("incident").pk, by=by, **facts)
        return Response(EvidenceShape(evidence).data, status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], pagination_class=None)
    def content(self, request: Request, pk: int) -> FileResponse:
        """The file itself, as a download."""
        evidence = self.get_object()
        return keeping.send(evidence.path, name=evidence.name, kind=evidence.kind)
