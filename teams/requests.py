"""Requests as views see them: what the middleware has put there, and whose they are."""

from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from teams.models import Person


class PublicRequest(HttpRequest):
    """A request behind the middleware; whether anybody is signed in is not asked."""

    htmx: HtmxDetails


class StaffRequest(PublicRequest):
    """A request behind `login_required`: a person, not somebody anonymous."""

    user: Person


# More digits than any key has were not sent by a page of ours.
_DIGITS = 18
_LONGEST = 2000


def number_in(given: QueryDict, name: str) -> int | None:
    """A key, version or page that a link or a hidden field carries; None where it is no number."""
    text = given.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def text_in(given: QueryDict, name: str) -> str:
    """What was typed into a field that no form checks: of bearable length, and storable."""
    return given.get(name, "").replace("\0", "")[:_LONGEST]
