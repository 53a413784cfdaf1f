"""The API's door to reviews, which bear their incident's key. Nothing here writes."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from incidents.asked import TEXT, Reason
from incidents.serializers import Named
from journal import moving
from journal.api import BIG_INTEGER, Fixed, MomentField, RowField, RowsField, Seen, verb
from reviews import workflow
from reviews.action_api import ActionShape, DayField
from reviews.models import (
    ActionItem,
    Cause,
    Evaluation,
    Participant,
    ReportFile,
    Review,
    Submission,
    Why,
)
from reviews.workflow.meeting import LONGEST, SHORTEST
from teams.models import Department, Person

_people = Person.objects.filter(is_active=True)


class ReportFileShape(serializers.ModelSerializer[ReportFile]):
    """A file of a submission; its bytes are at `/incidents/…/report/…`."""

    class Meta:
        model = ReportFile
        fields = ["kind", "name", "size_bytes", "sha256"]


class SubmissionShape(serializers.ModelSerializer[Submission]):
    by = Named()
    answered_by = Named(allow_null=True)
    files = ReportFileShape(many=True)

    class Meta:
        model = Submission
        fields = [
            *("ordinal", "hash", "by", "at", "answer", "answered_by", "answered_at", "remark"),
            "files",
        ]


class ParticipantShape(serializers.ModelSerializer[Participant]):
    """Somebody invited to the review meeting, present at it, or both."""

    person = Named()
    answer = serializers.ChoiceField(Participant.Answer.choices)
    noted_by = Named(allow_null=True)

    class Meta:
        model = Participant
        fields = [
            *("person", "invited_at", "answer", "answer_words", "answered_at"),
            *("signed_at", "noted_by", "noted_at", "noted_reason"),
        ]


class WhyShape(serializers.ModelSerializer[Why]):
    """One answer to «why?»; `parent` is the key of the answer above it, null for the fault."""

    kind = serializers.ChoiceField([("", ""), *Cause.choices])

    class Meta:
        model = Why
        fields = ["id", "parent", "text", "evidence", "is_root", "kind"]


class EvaluationShape(serializers.ModelSerializer[Evaluation]):
    department = Named()
    by = Named()

    class Meta:
        model = Evaluation
        fields = ["department", "by", "is_own", "cooperation", "speed", "words", "at"]


class ReviewShape(serializers.ModelSerializer[Review]):
    """The review of one incident, with its measures and the report's way to the leading group."""

    incident = serializers.IntegerField(source="incident_id")
    state = serializers.ChoiceField(Review.State.choices)
    root_cause = serializers.ChoiceField([("", ""), *Cause.choices])
    chair = Named(allow_null=True)
    attendees = Named(source="attendees.all", many=True)
    submitted_by = Named(allow_null=True)
    received_by = Named(allow_null=True)
    participants = ParticipantShape(source="participants.all", many=True)
    minutes_by = Named(allow_null=True)
    whys = WhyShape(source="whys.all", many=True)
    evaluations = EvaluationShape(source="evaluations.all", many=True)
    actions = ActionShape(source="actions.all", many=True)
    submissions = SubmissionShape(source="submissions.all", many=True)
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    class Meta:
        model = Review
        fields = [
            *("incident", "state", "version", "opened_at", "meeting_at", "meeting_place"),
            *("meeting_lasts", "meeting_called_at", "meeting_cancelled_at"),
            *("chair", "attendees", "other_attendees", "participants"),
            *("minutes", "minutes_by", "minutes_at", "root_cause", "root_cause_text"),
            *("contributing_factors", "what_went_well", "shortcomings", "process_evaluation"),
            *(
                "whys",
                "evaluations",
                "no_action_reason",
                "report_number",
                "submitted_at",
                "submitted_by",
            ),
            *("received_at", "received_by", "receipt_remark", "actions", "submissions", "verbs"),
        ]

    def get_verbs(self, review: Review) -> list[str]:
        return moving.available(review, self.context["request"].user)


class Meeting(Seen):
    meeting_at = MomentField()
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)
    chair = RowField(_people, required=False, allow_null=True)
    attendees = RowsField(_people, required=False)
    other_attendees = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CalledMeeting(Seen):
    meeting_at = MomentField()
    place = serializers.CharField(max_length=120)
    chair = RowField(_people)
    people = RowsField(_people)
    lasts = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)


class AnsweredMeeting(Fixed):
    coming = serializers.BooleanField()
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NotedPresent(Fixed):
    person = RowField(_people)
    reason = serializers.CharField(max_length=200)


class Minuted(Seen):
    minutes = serializers.CharField(max_length=20_000)


class Nothing(Fixed):
    """The verb asks nothing."""


def _text() -> serializers.CharField:
    return serializers.CharField(max_length=TEXT, required=False, allow_blank=True)


class Findings(Seen):
    """All findings together: what is left out becomes empty."""

    root_cause = serializers.ChoiceField(Cause.choices, required=False, allow_blank=True)
    root_cause_text = _text()
    contributing_factors = _text()
    what_went_well = _text()
    shortcomings = _text()
    process_evaluation = _text()


class _Answer(Seen):
    text = serializers.CharField(max_length=300)
    evidence = serializers.CharField(max_length=300, required=False, allow_blank=True)
    is_root = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(Cause.choices, required=False, allow_blank=True)


class NewWhy(_Answer):
    parent = serializers.IntegerField(  # type: ignore[assignment]  # DRF's fields know a parent
        min_value=1, max_value=BIG_INTEGER, required=False, allow_null=True
    )


class WhichWhy(Seen):
    why = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)


class ChangedWhy(_Answer):
    why = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)


class Evaluated(Fixed):
    department = RowField(Department.objects.all())
    cooperation = serializers.IntegerField(min_value=1, max_value=5)
    speed = serializers.IntegerField(min_value=1, max_value=5)
    words = _text()


class NewAction(Seen):
    kind = serializers.ChoiceField(ActionItem.Kind.choices)
    measure = serializers.CharField(max_length=TEXT)
    department = RowField(Department.objects.filter(is_active=True))
    person = RowField(_people, required=False, allow_null=True)
    due_on = DayField()
    client_uuid = serializers.UUIDField(
        required=False, allow_null=True, help_text="Sent twice with the same one, it is one item."
    )


class WhichAction(Seen):
    action = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)


class Remark(Seen):
    remark = serializers.CharField(max_length=TEXT)


class MayRemark(Seen):
    remark = _text()


class Reviews(ListModelMixin, RetrieveModelMixin, GenericViewSet[Review]):
    """Reviews (评估). A verb answers with the review as it stands afterwards."""

    queryset = Review.objects.select_related(
        "chair", "submitted_by", "received_by", "minutes_by", "incident"
    ).prefetch_related(
        "attendees",
        "participants__person",
        "participants__noted_by",
        "whys",
        "evaluations__department",
        "evaluations__by",
        "actions__department",
        "actions__person",
        "actions__done_by",
        "actions__review",
        "actions__files__by",
        "actions__waivers__by",
        # The whole frozen report is asked for by itself, never with a list.
        Prefetch("submissions", Submission.objects.defer("content")),
        "submissions__by",
        "submissions__answered_by",
        "submissions__files",
    )
    serializer_class = ReviewShape
    filter_backends = ()
    lookup_field = "incident_id"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Review:
        return self.get_queryset().get(incident_id=pk)

    call_meeting = verb(workflow.call_meeting, CalledMeeting, answer=ReviewShape)
    cancel_meeting = verb(workflow.cancel_meeting, Reason, answer=ReviewShape)
    answer_meeting = verb(workflow.answer_meeting, AnsweredMeeting, answer=ReviewShape)
    sign_attendance = verb(workflow.sign_attendance, Nothing, answer=ReviewShape)
    note_attendance = verb(workflow.note_attendance, NotedPresent, answer=ReviewShape)
    write_minutes = verb(workflow.write_minutes, Minuted, answer=ReviewShape)
    record_meeting = verb(workflow.record_meeting, Meeting, answer=ReviewShape)
    record_findings = verb(workflow.record_findings, Findings, answer=ReviewShape)
    add_why = verb(workflow.add_why, NewWhy, answer=ReviewShape)
    change_why = verb(workflow.change_why, ChangedWhy, answer=ReviewShape)
    remove_why = verb(workflow.remove_why, WhichWhy, answer=ReviewShape)
    evaluate = verb(workflow.evaluate, Evaluated, answer=ReviewShape)
    add_action = verb(workflow.add_action, NewAction, answer=ReviewShape)
    remove_action = verb(workflow.remove_action, WhichAction, answer=ReviewShape)
    decline_actions = verb(workflow.decline_actions, Reason, answer=ReviewShape)
    submit = verb(workflow.submit, Seen, answer=ReviewShape)
    return_report = verb(workflow.return_report, Remark, answer=ReviewShape)
    receive = verb(workflow.receive, MayRemark, answer=ReviewShape)
