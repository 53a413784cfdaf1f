"""Requests as views see them: what the middleware has put there, and whose they are."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from teams.models import Person


class PublicRequest(HttpRequest):
    """A request behind the middleware; whether anybody is signed in is not asked."""

    htmx: HtmxDetails


class StaffRequest(PublicRequest):
    """A request behind `login_required`: a person, not somebody anonymous."""

    user: Person
