"""The API's door to the downtime kits. The key in an address is the department's."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from journal.api import Fixed, verb
from journal.refusals import NotAllowed
from ops.kits import authority, selectors, workflow
from ops.kits.models import MOST_SHEETS, KitEdition, KitPlacement
from teams.models import Department


class KitShape(serializers.Serializer):
    """How a department's kit stands: no names or numbers of people."""

    department = serializers.IntegerField(source="department.pk")
    name = serializers.CharField(source="department.name")
    edition = serializers.IntegerField(source="edition.number", allow_null=True, default=None)
    plan = serializers.IntegerField(source="edition.plan.number", allow_null=True, default=None)
    made_at = serializers.DateTimeField(source="edition.made_at", allow_null=True, default=None)
    valid_until = serializers.DateField(source="edition.valid_until", allow_null=True, default=None)
    sha256 = serializers.CharField(source="edition.sha256", allow_null=True, default=None)
    in_drawer = serializers.IntegerField(
        source="placed.edition.number", allow_null=True, default=None
    )
    put_on = serializers.DateField(source="placed.put_on", allow_null=True, default=None)
    is_good = serializers.SerializerMethodField()
    words = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())

    def get_is_good(self, kit: selectors.Shown) -> bool:
        """Is the edition in the drawer the one that is wanted?"""
        return kit.tone == "calm"


class Make(Fixed):
    sheets = serializers.IntegerField(min_value=1, max_value=MOST_SHEETS, required=False)
    fresh = serializers.BooleanField(required=False, default=False)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class PutAway(Fixed):
    edition = serializers.IntegerField(
        min_value=1, max_value=2_147_483_647, help_text="Number of the edition."
    )
    holder = serializers.CharField(max_length=60)
    place = serializers.CharField(max_length=120)
    put_on = serializers.DateField()
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


def put_away(pk: int, *, by: Any, edition: int, **said: Any) -> KitPlacement:
    """Confirm that an edition is printed and lies in the drawer."""
    if not authority.puts_away(pk, by):
        raise NotAllowed(_("您没有「确认放好应急包」的权限。"))
    found = get_object_or_404(KitEdition, department=pk, number=edition)
    return workflow.put_away(found.pk, by=by, **said)


def make(pk: int, *, by: Any, **said: Any) -> workflow.Built:
    """Make the department's kit where it would say something else than the newest edition."""
    if authority.makes(pk, by):
        get_object_or_404(Department, pk=pk, is_active=True)
    return workflow.build(pk, by=by, **said)


class _Pdf(BaseRenderer):
    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(self, data: Any, *_given: Any) -> Any:
        return JSONRenderer().render(data)


class Kits(GenericViewSet[Department]):
    """Downtime kits of the departments that the caller may see."""

    queryset = Department.objects.filter(is_active=True)
    serializer_class = KitShape
    pagination_class = None
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> selectors.Shown:
        return selectors.shown([Department.objects.get(pk=pk)])[0]

    @extend_schema(responses=KitShape(many=True))
    def list(self, request: Request) -> Response:
        found = selectors.shown(selectors.may_see(request.user))  # type: ignore[arg-type]
        return Response(KitShape(found, many=True).data)

    @extend_schema(responses=KitShape)
    def retrieve(self, request: Request, pk: int) -> Response:
        """How one department's kit stands."""
        return Response(KitShape(selectors.shown([self._seen(request, pk)])[0]).data)

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiResponse(bytes)}, summary="The newest file."
    )
    @action(detail=True, renderer_classes=[JSONRenderer, _Pdf])
    def pdf(self, request: Request, pk: int) -> HttpResponse:
        """The newest edition as PDF."""
        department = self._seen(request, pk)
        edition = KitEdition.objects.filter(department=department).order_by("-number").first()
        if edition is None:
            raise Http404
        _edition, data = workflow.take(edition.pk, by=request.user)  # type: ignore[arg-type]
        return HttpResponse(data, content_type="application/pdf")

    make = verb(make, Make, answer=KitShape)
    put_away = verb(put_away, PutAway, answer=KitShape, address="put-away")

    def _seen(self, request: Request, pk: int) -> Department:
        if not authority.sees(pk, request.user):
            raise NotAllowed(_("应急包只给本科室、管理员、领导和审计员看。"))
        return get_object_or_404(self.get_queryset(), pk=pk)
