"""The API's door to the reference data of the organisation."""

from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

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
