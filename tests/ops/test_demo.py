"""What a newcomer finds in the demo hospital."""

import pytest
from django.test import Client

from journal.relay import relay
from notices import public
from notices.models import Maintenance, Notice, Posting
from ops import demo
from tests import make

pytestmark = pytest.mark.django_db


def test_something_goes_on_and_people_have_something_to_do():
    make.nothing()
    assert demo.seed(story=True)
    relay()
    assert Notice.objects.unratified().published().count() == 1
    assert Posting.objects.hanging().count() == 2
    assert {row.state for row in Maintenance.objects.all()} == {"draft", "announced"}
    public.forget()
    page = Client().get("/status/").text
    assert "二层自助机暂时不能挂号、缴费" in page
    assert "计划维护：自助机和网上暂时不能挂号、预约" in page
    client = Client()
    client.force_login(make.person("kefu"))
    assert "补批" in client.get(f"/incidents/{Notice.objects.get().incident_id}/notices/").text
    assert client.get("/dashboard/").status_code in (200, 302)
    assert not demo.seed(story=True)
