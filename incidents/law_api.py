"""The API's door to the regulator's form: what people wrote into it. It is written by a verb of the
incident, `POST /api/incidents/{id}/write_law_report/`."""

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from incidents.models import LawReport
from incidents.serializers import Named


class LawReportShape(serializers.ModelSerializer[LawReport]):
    """One stage of the form of one incident; `words` has a text for each field that was written."""

    incident = serializers.IntegerField(source="incident_id")
    stage = serializers.ChoiceField(LawReport.Stage.choices)
    words = serializers.DictField(child=serializers.CharField())
    by = Named()

    class Meta:
        model = LawReport
        fields = ["incident", "stage", "words", "version", "by", "at"]


class LawReportFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")

    class Meta:
        model = LawReport
        fields: list[str] = []


class LawReports(ListModelMixin, GenericViewSet[LawReport]):
    """Regulator's forms (法定报告表) that people have written into."""

    queryset = LawReport.objects.select_related("by").order_by("-pk")
    serializer_class = LawReportShape
    filterset_class = LawReportFilter
