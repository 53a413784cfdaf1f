"""The API's door to what belongs to a course: materials, questions, quiz. Nothing here writes."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from drills.training import authority, workflow
from drills.training.models import Attempt, Course, Material, Question
from drills.training.workflow.quizzes import MOST_OPTIONS, tries_left
from incidents.serializers import Named
from journal import keeping
from journal.api import INTEGER, Fixed, RowField, verb
from teams.models import Person

_PLACES = serializers.ListField(
    child=serializers.IntegerField(min_value=0, max_value=MOST_OPTIONS - 1),
    allow_empty=True,
    max_length=MOST_OPTIONS,
)


class MaterialShape(serializers.ModelSerializer[Material]):
    """A file of a course. Kind, size and SHA-256 are what the server found."""

    course = serializers.IntegerField(source="course_id")
    by = Named()

    class Meta:
        model = Material
        fields = [
            *("id", "course", "name", "note", "kind", "size_bytes", "sha256", "by", "at"),
            "removed_at",
        ]


class QuestionShape(serializers.ModelSerializer[Question]):
    """A question with what is right, from 0: for who keeps the courses."""

    course = serializers.IntegerField(source="course_id")

    class Meta:
        model = Question
        fields = ["id", "course", "text", "options", "right", "explanation", "is_active"]


class AskedShape(serializers.ModelSerializer[Question]):
    """A question as it is asked: without what is right."""

    several = serializers.BooleanField(source="has_several", help_text="Several are right.")

    class Meta:
        model = Question
        fields = ["id", "text", "options", "several"]


class QuizShape(serializers.Serializer[Any]):
    """The quiz of a course as it is now, for the caller."""

    course = serializers.IntegerField()
    quiz_version = serializers.IntegerField(help_text="To be handed in with the answers.")
    pass_percent = serializers.IntegerField()
    tries_left = serializers.IntegerField()
    questions = AskedShape(many=True)


class AnsweredShape(serializers.Serializer[Any]):
    """A question as it was then, with what was chosen and what was right, from 0; the latter empty
    for those who learn, until the try was passed."""

    text = serializers.CharField()
    options = serializers.ListField(child=serializers.CharField())
    right = serializers.ListField(child=serializers.IntegerField())
    given = serializers.ListField(child=serializers.IntegerField())
    ok = serializers.BooleanField()
    explanation = serializers.CharField(allow_blank=True)


class AttemptShape(serializers.ModelSerializer[Attempt]):
    """One try at a quiz."""

    course = serializers.IntegerField(source="course_id")
    person = Named()
    answers = serializers.SerializerMethodField()

    class Meta:
        model = Attempt
        fields = ["id", "course", "person", "score", "total", "passed", "at", "answers"]

    @extend_schema_field(AnsweredShape(many=True))
    def get_answers(self, row: Attempt) -> Any:
        by: Any = self.context["request"].user
        if row.passed or authority.keeps_courses(by) or not authority.learns(by):
            return row.answers
        # The same questions come again.
        return [each | {"right": [], "explanation": ""} for each in row.answers]


class NewMaterial(Fixed):
    course = RowField(Course.objects.all())
    file = serializers.FileField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class QuestionWritten(Fixed):
    text = serializers.CharField(max_length=300)
    options = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=2, max_length=MOST_OPTIONS
    )
    right = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_OPTIONS - 1),
        min_length=1,
        max_length=MOST_OPTIONS,
        help_text="Places of the right options, from 0.",
    )
    explanation = serializers.CharField(max_length=300, required=False, allow_blank=True)


class NewQuestion(QuestionWritten):
    course = RowField(Course.objects.all())


class QuizHandedIn(Fixed):
    quiz_version = serializers.IntegerField(min_value=0, max_value=INTEGER)
    answers = serializers.DictField(
        child=_PLACES, help_text="Key of the question → places of the chosen options, from 0."
    )
    client_uuid = serializers.UUIDField(required=False, allow_null=True)

    def validate_answers(self, answers: Mapping[str, Sequence[int]]) -> dict[int, Sequence[int]]:
        return {
            int(key): places for key, places in answers.items() if key.isdecimal() and len(key) < 19
        }


class Nothing(Fixed):
    pass


class _OfCourse(filters.FilterSet):
    course = filters.NumberFilter(field_name="course_id")


class Materials(ListModelMixin, RetrieveModelMixin, GenericViewSet[Material]):
    """Materials of courses (培训资料). What was withdrawn is seen by those who oversee training."""

    queryset = Material.objects.select_related("by")
    serializer_class = MaterialShape
    filterset_class = _OfCourse
    parser_classes = (MultiPartParser,)
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Material]:
        rows = super().get_queryset()
        if authority.oversees(cast(Person, self.request.user)):
            return rows
        return rows.filter(removed_at__isnull=True)

    def answered(self, pk: int, done: Material) -> Material:
        return done

    @extend_schema(
        request={"multipart/form-data": NewMaterial}, responses={201: MaterialShape}, filters=False
    )
    def create(self, request: Request) -> Response:
        """Add a file to a course; the same content twice is refused."""
        insist_keeps(request)
        given = NewMaterial(data=request.data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = dict(given.validated_data)
        course = facts.pop("course")
        made = workflow.add_material(course.pk, by=cast(Person, request.user), **facts)
        return Response(MaterialShape(made).data, status=201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], pagination_class=None)
    def content(self, request: Request, pk: int) -> FileResponse:
        """The file itself, as a download."""
        row = self.get_object()
        return keeping.send(row.path, name=row.name, kind=row.kind)

    remove = verb(workflow.remove_material, Nothing, answer=MaterialShape, name="remove")


class Questions(ListModelMixin, RetrieveModelMixin, GenericViewSet[Question]):
    """Questions of quizzes with what is right, for who keeps the courses. Who answers them asks
    `training-courses/{id}/quiz/`."""

    queryset = Question.objects.all()
    serializer_class = QuestionShape
    filterset_class = _OfCourse
    lookup_value_converter = "int"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        insist_keeps(request)

    def answered(self, pk: int, done: Question) -> Question:
        return done

    @extend_schema(request=NewQuestion, responses={201: QuestionShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Ask one question more."""
        given = NewQuestion(data=request.data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = dict(given.validated_data)
        course = facts.pop("course")
        made = workflow.write_question(course.pk, by=request.user, **facts)
        return Response(QuestionShape(made).data, status=201)

    @extend_schema(request=QuestionWritten, responses={200: QuestionShape}, filters=False)
    @action(detail=True, methods=["post"])
    def rewrite(self, request: Request, pk: int) -> Response:
        """Another wording; answers that were handed in keep the old one."""
        row = self.get_object()
        given = QuestionWritten(data=request.data)
        given.is_valid(raise_exception=True)
        done = workflow.write_question(
            row.course_id, by=request.user, question=row.pk, **given.validated_data
        )
        return Response(QuestionShape(done).data)

    drop = verb(workflow.drop_question, Nothing, answer=QuestionShape, name="drop")


class Quiz:
    """What a course's address has beside the course: its quiz."""

    @extend_schema(responses={200: QuizShape}, filters=False)
    @action(detail=True, methods=["get"])
    def quiz(self: Any, request: Request, pk: int) -> Response:
        """The questions as they are asked, and how often the caller may still try."""
        if not authority.learns(request.user):
            raise PermissionDenied(_("审计员不用参加测验。"))
        course = self.get_object()
        whole = {
            "course": course.pk,
            "quiz_version": course.quiz_version,
            "pass_percent": course.pass_percent,
            "tries_left": tries_left(course, cast(Person, request.user)),
            "questions": course.questions.in_use(),
        }
        return Response(QuizShape(whole).data)

    submit_quiz = verb(workflow.submit_quiz, QuizHandedIn, answer=AttemptShape)

    def answered(self, pk: int, done: Attempt) -> Attempt:
        return done


class Attempts(ListModelMixin, RetrieveModelMixin, GenericViewSet[Attempt]):
    """Quizzes handed in: one's own, those of the department for its head, all for those who oversee
    training."""

    queryset = Attempt.objects.select_related("person")
    serializer_class = AttemptShape
    filterset_class = _OfCourse
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Attempt]:
        return super().get_queryset().filter(of_whom_one_sees(cast(Person, self.request.user)))


def of_whom_one_sees(by: Person) -> Q:
    """Rows of a `person` whose training this person sees (`authority.sees_training_of`)."""
    if authority.oversees(by):
        return Q()
    seen = Q(person=by)
    if authority.sees_coverage(by) and by.department_id is not None:
        seen |= Q(person__department=by.department_id)
    return seen


def insist_keeps(request: Request) -> None:
    if not authority.keeps_courses(request.user):
        raise PermissionDenied(_("培训课程由管理员维护。"))
