"""What patients may be told: complete, honest, on time, and in words that they understand."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from journal.refusals import Incomplete
from notices import workflow
from notices.models import Notice
from tests import make
from tests.notices import making
from tests.notices.making import events

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"affected": "  "}, "affected"),
        ({"advice": ""}, "advice"),
        ({"emergency": ""}, "emergency"),
        ({"affected": "长" * 121}, "affected"),
        ({"next_update_at": None}, "next_update_at"),
        ({"next_update_at": timezone.now() - timedelta(minutes=1)}, "next_update_at"),
        ({"expected_from": make.later(hours=1)}, "expected_to"),
        ({"expected_to": make.later(hours=1)}, "expected_from"),
        (
            {"expected_from": make.later(hours=2), "expected_to": make.later(hours=1)},
            "expected_to",
        ),
        (
            {"expected_from": make.later(hours=-2), "expected_to": make.later(hours=-1)},
            "expected_to",
        ),
        ({"since": make.later(hours=1)}, "since"),
    ],
)
def test_a_notice_that_is_not_complete_or_not_honest_is_refused_at_its_field(wrong, field):
    incident = make.incident("repairing")
    with pytest.raises(Incomplete) as refusal:
        making.drafted(incident, **wrong)
    assert list(refusal.value.fields) == [field]
    assert not Notice.objects.exists()
    assert "notice.draft" not in events(incident)


def test_the_next_update_comes_no_later_than_the_grade_allows():
    incident = make.incident("repairing", level=2)
    with pytest.raises(Incomplete, match="Ⅱ级最多 30 分钟通报一次"):
        making.drafted(incident, next_update_at=make.later(minutes=40))
    making.drafted(incident, next_update_at=make.later(minutes=30))


def test_the_time_of_the_next_update_is_kept_honest_when_the_approval_took_long():
    notice = making.approved()
    past = timezone.now() - timedelta(minutes=1)
    Notice.objects.filter(pk=notice.pk).update(next_update_at=past)
    with pytest.raises(Incomplete, match="已经过了"):
        workflow.publish(notice.pk, by=make.person("cs"))
    with pytest.raises(Incomplete, match="最多 30 分钟"):
        workflow.publish(notice.pk, by=make.person("cs"), next_update_at=make.later(hours=2))
    workflow.publish(notice.pk, by=make.person("cs"), next_update_at=make.later(minutes=10))


def test_an_expected_recovery_that_is_past_by_now_is_not_published():
    late = {"expected_from": make.later(minutes=10), "expected_to": make.later(minutes=30)}
    past = {"expected_from": make.later(minutes=-35), "expected_to": make.later(minutes=-5)}
    approved, draft = making.approved(**late), making.drafted(**late)
    Notice.objects.filter(pk__in=[approved.pk, draft.pk]).update(**past)
    with pytest.raises(Incomplete, match="预计恢复时间已经过了"):
        workflow.publish(approved.pk, by=make.person("cs"))
    with pytest.raises(Incomplete, match="预计恢复时间已经过了"):
        workflow.publish_urgently(draft.pk, by=make.person("cs"), reason="大厅已有上百人排队")
    assert not Notice.objects.filter(state="published").exists()
    # The page says so before anybody presses, and leads to where it is mended.
    client, url = Client(), f"/notices/{approved.pk}/publish/"
    client.force_login(make.person("cs"))
    edit = f'<a href="/notices/{approved.pk}/edit/">修改通知</a>'
    page = client.get(url).text
    assert "预计恢复时间已经过了" in page
    assert edit in page
    sent = {"next_update_at": f"{timezone.localtime(make.later(minutes=10)):%Y-%m-%dT%H:%M}"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert edit in answer.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("服务器宕机,暂时不能挂号", ["服务器", "宕机"]),
        ("数据库和交换机故障", ["数据库", "交换机"]),
        ("接口超时,请稍候", ["接口超时"]),
        ("10.0.3.17 无法访问", ["10.0.3.17"]),
        ("IP 冲突,HIS不能用", ["IP", "HIS"]),
    ],
)
def test_jargon_is_refused_with_the_words_named(text, words):
    with pytest.raises(Incomplete) as refusal:
        making.drafted(affected=text)
    for word in words:
        assert word in refusal.value.fields["affected"]


def test_everyday_words_pass():
    notice = making.drafted(
        affected="微信小程序和 VIP 窗口暂时不能预约", contact="010-6868 1234 转 8119"
    )
    assert (notice.state, notice.contact) == ("draft", "010-6868 1234 转 8119")


def test_the_end_says_what_holds_now_without_jargon():
    notice = making.published()
    with pytest.raises(Incomplete):
        workflow.end(notice.pk, by=make.person("cs"), text=" ")
    with pytest.raises(Incomplete, match="数据库"):
        workflow.end(notice.pk, by=make.person("cs"), text="数据库已恢复")
    notice.refresh_from_db()
    assert notice.state == "published"
    assert "notice.end" not in events(notice.incident)


# The gate and the database ---------------------------------------------------------------------
