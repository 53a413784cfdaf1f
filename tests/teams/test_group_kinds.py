"""Groups of the hospital's own take orders like the plan's, but give no authority."""

import pytest
from django.db import IntegrityError, transaction

from incidents import authority, workflow
from incidents.models import Order
from incidents.workflow.orders import NewOrder
from notices.authority import is_possible_approver
from teams.models import Membership, Person, ResponseGroup
from tests import make

pytestmark = pytest.mark.django_db


def other_group(name, *people, part="member"):
    make.hospital()
    group = ResponseGroup.objects.create(name=name, duty="引导车辆", kind="other")
    for person in people:
        Membership.objects.create(group=group, person=person, part=part)
    return group


def fresh(person):
    return Person.objects.get(pk=person.pk)


def test_an_order_to_one_group_of_the_hospital_is_not_the_other_ones():
    guard, driver = make.new_person("logistics"), make.new_person("logistics")
    guards, drivers = other_group("疏导组", guard), other_group("车辆组", driver)
    assert guards.kind == drivers.kind
    made = make.confirmed()
    order = NewOrder(to=guards, text="疏导门诊入口", minutes=10)
    workflow.command(made.pk, by=make.person("leader"), orders=[order])
    (issued,) = Order.objects.all()
    assert authority.is_addressee(issued, fresh(guard))
    assert not authority.is_addressee(issued, fresh(driver))
    assert list(Order.objects.for_person(fresh(guard))) == [issued]
    assert not Order.objects.for_person(fresh(driver)).exists()


def test_the_head_of_a_group_of_the_hospitals_own_has_no_authority_over_incidents():
    head = make.new_person("logistics")
    other_group("疏导组", head, part="head")
    head = fresh(head)
    assert head.parts == {}
    assert not authority.heads_a_group(None, head)
    assert not is_possible_approver(head)
    assert not head.in_group("other")


def test_a_member_of_several_groups_costs_one_query(django_assert_num_queries):
    head = make.person("fault_head")
    group = other_group("疏导组", head)
    head = fresh(head)
    with django_assert_num_queries(1):
        assert head.parts == {"leading": "deputy", "fault": "head"}
        assert group.pk in head.group_ids


def test_a_group_that_was_dissolved_gets_no_more_orders():
    group = other_group("疏导组")
    ResponseGroup.objects.filter(pk=group.pk).update(is_active=False)
    from incidents.forms.command import Addressees

    assert group not in Addressees().groups


def test_the_plans_groups_are_there_once_and_stay():
    make.hospital()
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponseGroup.objects.create(kind="leading", name="另一个领导小组", duty="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponseGroup.objects.filter(kind="fault").update(is_active=False)
