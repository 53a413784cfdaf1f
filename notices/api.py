"""The API's door to patient notices: read them, and every verb. Nothing here writes."""

from typing import cast

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.serializers import Named
from journal import keeping, moving
from journal.api import BIG_INTEGER, MomentField, RowField, Seen, verb
from notices import workflow
from notices.asked import WordsAsked, line
from notices.models import Notice, Place, Posting, SignPhoto
from notices.workflow import Facts
from teams.models import Person


class NoticeShape(serializers.ModelSerializer[Notice]):
    """One version of what patients are told. An update is a new notice that replaces another."""

    incident = serializers.IntegerField(source="incident_id")
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    state = serializers.ChoiceField(Notice.State.choices)
    services = Named(source="services.all", many=True)
    drafted_by = Named()
    approved_by = Named(allow_null=True)
    published_by = Named(allow_null=True)
    ended_by = Named(allow_null=True)
    is_unratified = serializers.BooleanField(
        help_text="Published in an emergency; a second person has not looked at it yet."
    )
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    class Meta:
        model = Notice
        fields = [
            *("id", "incident", "number", "state", "version", "replaces", "services", "affected"),
            *("since", "advice", "where_to_go", "emergency", "contact", "next_update_at"),
            *("expected_from", "expected_to", "drafted_by", "drafted_at", "approved_by"),
            *("approved_at", "published_by", "published_at", "ended_by", "ended_at"),
            *("ended_text", "ended_text_en", "withdrawal_reason", "correction"),
            *("affected_en", "advice_en", "where_en", "emergency_en"),
            *("urgent_reason", "ratify_by", "is_unratified", "verbs"),
        ]

    def get_verbs(self, notice: Notice) -> list[str]:
        return moving.available(notice, self.context["request"].user)


class PhotoShape(serializers.ModelSerializer[SignPhoto]):
    """What a phone saw; kind, size and SHA-256 are what the server found."""

    class Meta:
        model = SignPhoto
        fields = ["id", "is_down", "name", "kind", "size_bytes", "sha256"]


class PostingShape(serializers.ModelSerializer[Posting]):
    """A printed sign at a place; `down_at` empty: it hangs."""

    place = Named()
    up_by = Named()
    down_by = Named(allow_null=True)
    photos = PhotoShape(many=True, help_text="Fetched at `photos/{id}/` of the notice.")

    class Meta:
        model = Posting
        fields = [
            *("place", "up_by", "up_at", "up_word", "down_by", "down_at", "down_word", "photos"),
        ]


class NoticeWithSigns(NoticeShape):
    postings = PostingShape(many=True, help_text="Where its sign was put up, and taken down.")

    class Meta(NoticeShape.Meta):
        fields = [*NoticeShape.Meta.fields, "postings"]


class FactsAsked(WordsAsked):
    """What patients are told. Both ends of the expected recovery, or none."""

    correction = line(
        200, required=False, allow_blank=True, help_text="What was wrong in the notice before."
    )
    since = MomentField(required=False, allow_null=True)
    next_update_at = MomentField(help_text="When patients will hear again: a promise.")
    expected_from = MomentField(required=False, allow_null=True)
    expected_to = MomentField(required=False, allow_null=True)

    made_of = Facts


class Draft(FactsAsked):
    incident = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Edit(Seen, FactsAsked):
    pass


class Successor(Edit):
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Publish(Seen):
    next_update_at = MomentField(required=False, allow_null=True)


class PublishUrgently(Publish):
    reason = line(200, help_text="Why there is no time for the approval.")


class End(Seen):
    text = line(200, help_text="What holds now.")
    text_en = line(300, required=False, allow_blank=True, help_text="The same in English.")


class Withdraw(Seen):
    reason = line(200)


class Sign(serializers.Serializer):
    place = RowField(Place.objects.all())
    word = line(200, help_text="Where it hangs, or that it was taken down.")
    photo = serializers.FileField(
        required=False, allow_null=True, help_text="A picture, as `multipart/form-data`."
    )


class NoticeFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")
    state = filters.MultipleChoiceFilter(choices=Notice.State.choices)

    class Meta:
        model = Notice
        fields: list[str] = []


class Notices(ListModelMixin, RetrieveModelMixin, GenericViewSet[Notice]):
    """Patient notices (患者通知): draft, approve by a second person, publish, update, end.

    In an emergency they are published first and approved afterwards.
    """

    queryset = Notice.objects.select_related(
        "drafted_by", "approved_by", "published_by", "ended_by"
    ).prefetch_related("services")
    serializer_class = NoticeShape
    filterset_class = NoticeFilter
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Notice]:
        # Verbs that are possible depend on the incident and on what its plan asks of its grade.
        return (
            super()
            .get_queryset()
            .select_related("incident__grade", "incident__plan")
            .prefetch_related("incident__plan__grades")
        )

    def answered(self, pk: int, done: Notice) -> Notice:
        return done

    @extend_schema(request=Draft, responses={201: NoticeShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Draft the first notice of an incident; it waits for a second person's approval."""
        given = Draft(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        notice = workflow.draft(facts.pop("incident"), by=cast(Person, request.user), **facts)
        shown = NoticeShape(notice, context=self.get_serializer_context())
        return Response(shown.data, status=201)

    edit = verb(workflow.edit, Edit, answer=NoticeShape)
    approve = verb(workflow.approve, Seen, answer=NoticeShape)
    publish = verb(workflow.publish, Publish, answer=NoticeShape)
    publish_urgently = verb(workflow.publish_urgently, PublishUrgently, answer=NoticeShape)
    ratify = verb(workflow.ratify, Seen, answer=NoticeShape)
    hang = verb(workflow.hang, Sign, answer=NoticeWithSigns, takes_files=True)
    take_down = verb(workflow.take_down, Sign, answer=NoticeWithSigns, takes_files=True)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], pagination_class=None, url_path="photos/<int:photo>")
    def photos(self, request: Request, pk: int, photo: int) -> FileResponse:
        """A photo of its sign, as a download."""
        found = get_object_or_404(SignPhoto, pk=photo, posting__notice=pk)
        return keeping.send(found.path, name=found.name, kind=found.kind)

    # Not `update`: a router takes a method of that name for PUT.
    succeed = verb(workflow.update, Successor, answer=NoticeShape, name="succeed", address="update")
    end = verb(workflow.end, End, answer=NoticeShape)
    withdraw = verb(workflow.withdraw, Withdraw, answer=NoticeShape)
