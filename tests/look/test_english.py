"""The main pages in English: every heading, button and label has its translation.

What the hospital itself has named (departments, people, texts of the plan) stays as it is.
"""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from ops.catalogue import counted_texts
from ops.templatetags import look
from tests import make

pytestmark = pytest.mark.django_db

PAGES = {
    "cs": ["incidents:report", "incidents:my_reports", "notices:list"],
    "it": ["incidents:dashboard", "teams:duty", "teams:my_contacts", "notices:inbox"],
    "leader": ["incidents:commander", "reviews:list", "plans:list"],
    "department": ["incidents:my_orders", "teams:directory"],
    "admin": ["teams:people", "teams:new_person", "teams:departments", "notices:channels"],
}
WORDS = re.compile(r"<(h1|h2|button|legend|label)\b[^>]*>(.*?)</\1>", re.S)
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@pytest.mark.parametrize(
    ("who", "name"), [(who, name) for who, names in PAGES.items() for name in names]
)
def test_nothing_on_the_page_is_left_untranslated(client, who, name):
    client.force_login(make.person(who))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse(name)).content.decode()
    assert 'lang="en"' in page
    left = [
        re.sub(r"<[^>]+>", " ", inner).strip()
        for _tag, inner in WORDS.findall(page)
        if CHINESE.search(re.sub(r"<[^>]+>", " ", inner))
    ]
    assert [words for words in left if not named_by_the_hospital(words)] == []


def named_by_the_hospital(words: str) -> bool:
    """A service, department, person or group of the demo hospital, or a document of its plan."""
    from plans.models import PlanVersion
    from teams.models import Department, Person, ResponseGroup, Service

    names = {
        name
        for model in (Department, Person, ResponseGroup, Service)
        for name in model.objects.values_list("name", flat=True)
    } | set(PlanVersion.objects.values_list("title", flat=True))
    # A language is named in itself.
    return words == "中文" or any(name and name in words for name in names)


def test_what_is_said_of_a_number_is_translated_too():
    texts = counted_texts()
    assert {"%d 分钟", "%(count)s 起等您决定"} <= texts
    with translation.override("en"):
        assert look.span(80) == "1 h 20 min"
        left = [text for text in texts if CHINESE.search(ngettext(text, text, 3))]
    assert left == []
