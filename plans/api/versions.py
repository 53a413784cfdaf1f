"""The API's door to versions of the plan: list, whole document, difference, verbs, coverage."""

from typing import Any, cast

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from journal.api import Seen, verb
from journal.recording import now
from plans import content, difference, evidence, workflow, yaml_form
from plans.api import asked, shapes
from plans.models import Comment, PlanVersion, Signature
from plans.pages import PlanPage
from plans.selectors import reading_list
from teams.models import Person


class VersionFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=PlanVersion.Status.choices)

    class Meta:
        model = PlanVersion
        fields: list[str] = []


class _Yaml(JSONRenderer):
    """Lets who accepts only YAML in. The view gives the text itself; this renders its problems."""

    media_type = "application/yaml"
    format = "yaml"


def say(number: int, *, by: Person, text: str, clause: str = "") -> Comment:
    """Say what one thinks of a clause of a version under review."""
    plan = PlanVersion.objects.get(number=number)
    about = PlanPage(plan, by).about(clause)
    return workflow.comment(number, by=by, text=text, clause=clause, about=about)


class Versions(ListModelMixin, GenericViewSet[PlanVersion]):
    """Versions of the plan and their verbs. The key in an address is the version's number.

    A verb answers with the version as it stands afterwards; one that begins a new version with
    that one. Its `version` goes back with the next verb. Without a version nothing is compared.
    """

    queryset = PlanVersion.objects.select_related("based_on")
    serializer_class = shapes.PlanVersionRow
    filterset_class = VersionFilter
    lookup_field = "number"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[PlanVersion]:
        rows = super().get_queryset()
        if self.action != "retrieve":
            return rows
        return rows.prefetch_related(
            Prefetch("comments", Comment.objects.select_related("by", "resolved_by")),
            Prefetch("signatures", Signature.objects.select_related("person")),
        )

    def answered(self, pk: int, done: Any) -> PlanVersion:
        if isinstance(done, PlanVersion):
            return done
        return PlanVersion.objects.select_related("based_on").get(number=pk)

    @extend_schema(responses=shapes.PlanVersionShape, filters=False)
    def retrieve(self, request: Request, pk: int) -> Response:
        """One version as a whole document."""
        shape = shapes.PlanVersionShape(self.get_object(), context=self.get_serializer_context())
        return Response(shape.data)

    @extend_schema(request=asked.BringIn, responses={201: shapes.PlanVersionRow}, filters=False)
    def create(self, request: Request) -> Response:
        """Begin a draft with what a YAML text tells; every fault of it is named."""
        given = asked.BringIn(data=request.data)
        given.is_valid(raise_exception=True)
        plan = workflow.bring_in(by=cast(Person, request.user), **given.validated_data)
        return Response(
            shapes.PlanVersionRow(plan).data,
            status=201,
            headers={"Location": f"{request.path}{plan.number}/"},
        )

    @extend_schema(responses={(200, "application/yaml"): shapes.DOCUMENT}, filters=False)
    @action(
        detail=True,
        url_path="yaml",
        url_name="yaml",
        filter_backends=[],
        pagination_class=None,
        renderer_classes=[JSONRenderer, _Yaml],
    )
    def as_yaml(self, request: Request, pk: int) -> HttpResponse:
        """The whole version as one YAML file, as it can be brought in again."""
        text = yaml_form.dump(content.read(self.get_object()))
        return HttpResponse(text, content_type="application/yaml; charset=utf-8")

    @extend_schema(
        responses=shapes.DifferenceShape(many=True),
        filters=False,
        parameters=[
            OpenApiParameter("before", int, OpenApiParameter.PATH, description="Earlier version.")
        ],
    )
    @action(
        detail=True,
        url_path="difference/<int:before>",
        url_name="difference",
        filter_backends=[],
        pagination_class=None,
    )
    def differences(self, request: Request, pk: int, before: int) -> Response:
        """What is different from the version `before`, clause by clause and value by value."""
        plan = self.get_object()
        old = get_object_or_404(PlanVersion, number=before)
        found = difference.compare(content.read(old), content.read(plan))
        return Response(shapes.DifferenceShape(found, many=True).data)

    @extend_schema(responses=shapes.ReaderShape(many=True), filters=False)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def readers(self, request: Request, pk: int) -> Response:
        """Everyone concerned, by department, each with when they confirmed reading."""
        people = reading_list(self.get_object())
        return Response(shapes.ReaderShape(people, many=True).data)

    @extend_schema(responses=shapes.CoverageShape, parameters=[asked.CoverageAsked], filters=False)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def coverage(self, request: Request, pk: int) -> Response:
        """Whether every rung of every ladder reaches enough people at any of the next days."""
        given = asked.CoverageAsked(data=request.query_params)
        given.is_valid(raise_exception=True)
        proof = evidence.prove(self.get_object(), at=now(), days=given.validated_data["days"])
        return Response(shapes.CoverageShape(shapes.covered(proof)).data)

    _row = shapes.PlanVersionRow
    draft = verb(workflow.draft_from, asked.PlanDraft, answer=_row, name="draft")
    rewrite = verb(workflow.rewrite, asked.Rewrite, answer=_row)
    explain = verb(workflow.explain, asked.PlanReason, answer=_row)
    link_change = verb(workflow.link_change, asked.PlanChange, answer=_row)
    submit = verb(workflow.submit, Seen, answer=_row)
    comment = verb(say, asked.Say, answer=_row, name="comment")
    sign = verb(workflow.sign, asked.PlanSign, answer=_row)
    withdraw = verb(workflow.withdraw, asked.PlanReason, answer=_row)
    waive_coverage = verb(workflow.waive_coverage, asked.CoverageWaive, answer=_row)
    publish = verb(workflow.publish, asked.PlanPublish, answer=_row)
    roll_back = verb(workflow.roll_back, asked.PlanRollBack, answer=_row)
    discard = verb(workflow.discard, asked.PlanReason, answer=_row)
    confirm_read = verb(workflow.confirm_read, asked.PlanRead, answer=_row)
    remind = verb(workflow.remind_readers, Seen, answer=_row, name="remind")


class Comments(GenericViewSet[Comment]):
    """Comments on versions under review."""

    queryset = Comment.objects.select_related("by", "resolved_by")
    serializer_class = shapes.PlanCommentShape
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Comment) -> Comment:
        return done

    resolve = verb(workflow.resolve, asked.Resolve, answer=shapes.PlanCommentShape)
