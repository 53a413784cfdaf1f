"""The two health pages, as a proxy sees them."""

import pytest
from django.db import connection

from ops import workflow


def test_live_answers_without_a_database(client):
    assert client.get("/health/live/").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_is_well_with_database_redis_and_a_young_beat(client):
    workflow.beat("beat")
    answer = client.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "redis": "ok",
        "heartbeat_age": pytest.approx(0, abs=2),
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_missing_beat_degrades_but_pages_are_served(client):
    answer = client.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["heartbeat_age"] is None


@pytest.mark.django_db
def test_a_dead_redis_degrades_but_pages_are_served(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    workflow.beat("beat")
    answer = client.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json()["redis"] == "away"
    assert answer.json()["status"] == "degraded"


@pytest.mark.django_db(transaction=True)
def test_without_the_database_it_says_so_with_503(client, settings):
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        answer = client.get("/health/ready/")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["database"] == "away"


@pytest.mark.parametrize("page", ["/health/live/", "/health/ready/"])
def test_health_is_for_looking_only(client, page):
    assert client.post(page).status_code == 405
