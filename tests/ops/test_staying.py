"""Work renews a session, a page left open does not; neither writes with every request."""

import datetime

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from ops.staying import StaySignedIn
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/"


def _signed_in(*, ago: float) -> Client:
    """Somebody who did something for the last time when this part of the session's life was left
    behind."""
    client = Client()
    client.force_login(make.person("it"))
    passed = int(settings.SESSION_COOKIE_AGE * ago)
    session = client.session
    session["renewed_at"] -= passed
    session.save()
    end = timezone.now() + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE - passed)
    Session.objects.update(expire_date=end)
    return client


def _left() -> float:
    """Which part of its life the session still has."""
    left = Session.objects.get().expire_date - timezone.now()
    return left.total_seconds() / settings.SESSION_COOKIE_AGE


def test_work_renews_a_session_when_a_tenth_of_its_life_has_passed():
    client = _signed_in(ago=0.11)
    answer = client.get(PAGE)
    assert _left() > 0.99
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE


def test_the_next_request_writes_nothing():
    client = _signed_in(ago=0.11)
    client.get(PAGE)
    assert settings.SESSION_COOKIE_NAME not in client.get(PAGE).cookies


def test_within_the_first_tenth_nothing_is_written():
    answer = _signed_in(ago=0.09).get(PAGE)
    assert _left() < 0.92
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_a_form_that_htmx_sends_is_work():
    _signed_in(ago=0.5).post("/incidents/1/sign/", headers={"hx-request": "true"})
    assert _left() > 0.99


def test_what_a_page_fetches_by_itself_is_no_work():
    client = _signed_in(ago=0.5)
    client.get("/dashboard/now/", headers={"hx-request": "true"})
    assert _left() < 0.51


def test_neither_is_its_stream():
    request = RequestFactory().get("/live/")
    request.session = _signed_in(ago=0.5).session
    assert SESSION_KEY in request.session  # as the stream's view asks
    StaySignedIn(lambda _: StreamingHttpResponse([]))(request)
    assert not request.session.modified


def test_signing_in_by_the_page_begins_a_life():
    client = Client()
    person = make.person("it")
    client.post("/accounts/login/", {"login": person.username, "password": make.PASSWORD})
    assert "renewed_at" in client.session


def test_nobody_is_given_a_session():
    client = Client()
    client.get("/accounts/login/")
    client.get("/status/")
    assert not Session.objects.exists()
