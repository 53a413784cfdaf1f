"""The review opens with everything collected (plan, rows P15 and P17)."""

import pytest
from django.urls import reverse

from incidents.models import Order
from reviews import workflow
from reviews.collected import by_doer, collected
from reviews.measures import Measure
from reviews.report import resources
from tests import make
from tests.reviews import rich, written

pytestmark = pytest.mark.django_db


def duty(who, outcome, minutes=None, target=10):
    return Measure(outcome, outcome, who, target, minutes, outcome)


def test_duties_are_counted_by_who_had_them():
    found = by_doer(
        [
            duty("信息技术部", "met", 5),
            duty("门诊收费处", "late", 14),
            duty("门诊收费处", "late", 30),
            duty("门诊收费处", "refused"),
            duty("", "untimed"),
        ]
    )
    assert [doer.who for doer in found] == ["信息技术部", "门诊收费处"]
    it, fees = found
    assert (it.met, it.late, it.undone, it.worst) == (1, 0, 0, 0)
    assert (fees.met, fees.late, fees.undone, fees.worst) == (0, 2, 1, 20)


def test_what_was_late_or_refused_is_counted_and_said_on_the_page(client):
    incident = written.reviewing()
    order = Order.objects.filter(incident=incident).get()
    Order.objects.filter(pk=order.pk).update(due_at=order.issued_at)
    review = workflow.open_review(incident.pk)
    found = collected(review)
    assert (found["late_orders"], found["refused_orders"]) == (1, 0)
    client.force_login(make.person("leader"))
    page = reverse("reviews:detail", args=[incident.pk])
    shown = client.get(page).content.decode()
    assert "超时 1" in shown
    for anchor in ("course", "times", "orders", "notices", "calls", "checks", "paper", "cost"):
        assert f'href="#{anchor}"' in shown
        assert f'id="{anchor}"' in shown
    # Nothing is passed over in silence.
    for words in ("没有启用手工模式", "没有领用物资", "仅内部窗口", "日志里的"):
        assert words in shown


def test_more_files_of_checks_are_no_more_queries(django_assert_num_queries):
    incident = make.incident("repairing")
    for number, check in enumerate(incident.checks.order_by("pk")[:3]):
        make.file(incident, file=make.upload(b"2026-11-25 10:00 ERROR %d" % number), check=check.pk)
    with django_assert_num_queries(1):
        assert len(resources.files(incident)) == 3


def test_a_rich_incident_shows_all_of_it_at_a_fixed_price(client, django_assert_max_num_queries):
    incident = rich.reviewing()
    client.force_login(make.person("auditor"))
    page = reverse("reviews:detail", args=[incident.pk])
    client.get(page)
    with django_assert_max_num_queries(75):
        shown = client.get(page).content.decode()
    for words in (
        *("无法执行 1", "外联线路由服务商管理", "备用交换机", "夜间抢修用餐", "手写收据"),
        *("花费合计 380", "用 40，已补录 40，作废 1", "电话两次没有人接", "上线清单不含限流"),
    ):
        assert words in shown, words
