"""The API's door to people: tokens, and the reference data of the organisation."""

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from journal.refusals import Conflict
from teams import tokens
from teams.models import Department, Membership, Person, ResponseGroup, Role, Service


class DepartmentShape(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ["id", "name", "kind", "phone"]


class ServiceShape(serializers.ModelSerializer[Service]):
    department = serializers.IntegerField(source="department_id")

    class Meta:
        model = Service
        fields = ["id", "name", "is_core", "is_public", "department"]


class PersonShape(serializers.ModelSerializer[Person]):
    """Name and duty only: numbers and accounts stay inside."""

    department = serializers.IntegerField(source="department_id", allow_null=True)
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))

    class Meta:
        model = Person
        fields = ["id", "name", "duty", "department", "roles"]


class MembershipShape(serializers.ModelSerializer[Membership]):
    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")

    class Meta:
        model = Membership
        fields = ["person", "name", "part", "position"]


class GroupShape(serializers.ModelSerializer[ResponseGroup]):
    memberships = MembershipShape(many=True)

    class Meta:
        model = ResponseGroup
        fields = ["id", "kind", "name", "duty", "memberships"]


class Departments(ListModelMixin, GenericViewSet[Department]):
    """Departments that are in use."""

    queryset = Department.objects.filter(is_active=True)
    serializer_class = DepartmentShape
    pagination_class = None
    filter_backends = ()


class Services(ListModelMixin, GenericViewSet[Service]):
    """Business services that patients use."""

    queryset = Service.objects.all()
    serializer_class = ServiceShape
    pagination_class = None
    filter_backends = ()


class PersonFilter(filters.FilterSet):
    role = filters.ChoiceFilter(
        choices=Role.choices, field_name="roles", lookup_expr="contains", method="of_role"
    )
    department = filters.NumberFilter(field_name="department_id")

    class Meta:
        model = Person
        fields: list[str] = []

    def of_role(self, people, _name: str, role: str):
        return people.filter(roles__contains=[role])


class People(ListModelMixin, GenericViewSet[Person]):
    """Everybody with an account, by name and duty."""

    queryset = Person.objects.filter(is_active=True)
    serializer_class = PersonShape
    filterset_class = PersonFilter


class Groups(ListModelMixin, GenericViewSet[ResponseGroup]):
    """The response groups with head, deputies in order, and members."""

    queryset = ResponseGroup.objects.prefetch_related("memberships__person")
    serializer_class = GroupShape
    pagination_class = None
    filter_backends = ()


class SignIn(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class TokenShape(serializers.Serializer):
    token = serializers.CharField(help_text="Shown once. Send it as `Authorization: Token …`.")
    expires_at = serializers.DateTimeField()
    person = PersonShape()


class Tokens(APIView):
    """The caller's own tokens."""

    def get_permissions(self):
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    def get_authenticators(self):
        # A stale token in the header must not stop anybody from getting a new one.
        if self.request is not None and self.request.method == "POST":
            return []
        return super().get_authenticators()

    @extend_schema(operation_id="tokens_create", request=SignIn, responses={201: TokenShape})
    def post(self, request: Request) -> Response:
        """Sign in for a token. Too many wrong passwords lock the name, here and on the pages."""
        given = SignIn(data=request.data)
        given.is_valid(raise_exception=True)
        person, token, expires_at = tokens.issue(request._request, **given.validated_data)
        shown = TokenShape({"token": token, "expires_at": expires_at, "person": person})
        return Response(shown.data, status=201)

    @extend_schema(operation_id="tokens_destroy", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the token that this request came with."""
        if not isinstance(request.auth, AuthToken):
            raise Conflict("This request came without a token.")
        tokens.end(request.auth)
        return Response(status=204)
