"""What a drill says to patients is read by nobody outside: two locks, each proved by itself."""

import pytest

from notices import public, workflow
from notices.models import Notice
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db


def test_a_published_notice_of_a_drill_is_read_by_nobody_outside(client):
    """The first lock: the query of every public surface. The second: the snapshot itself."""
    notice = making.published(make.incident("repairing", is_drill=True))
    assert Notice.objects.in_force().get() == notice
    for found in (
        Notice.objects.for_the_public(),
        Notice.objects.published(),
        Notice.objects.ended_since(notice.published_at),
    ):
        assert not found.exists()
    facts = public.renew().facts
    assert facts["notices"] == []
    assert "演练" not in str(facts)
    assert notice.affected not in client.get("/status/").content.decode()


def test_the_snapshot_takes_no_drill_whatever_the_query_gave(caplog):
    real, rehearsed = (
        making.published(),
        making.published(make.incident("repairing", is_drill=True)),
    )
    told = public.outside(Notice.objects.order_by("pk").select_related("incident"))
    assert [each["id"] for each in told] == [real.pk]
    assert str(rehearsed.pk) in caplog.text


def test_what_was_withdrawn_in_a_drill_stays_inside():
    notice = making.published(make.incident("repairing", is_drill=True))
    workflow.withdraw(notice.pk, by=make.person("cs"), reason="练习撤回")
    assert Notice.objects.taken_back().exists()
    assert not Notice.objects.withdrawn_since(notice.published_at).exists()
