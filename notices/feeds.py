"""Feeds of the public page (Atom and RSS), made of the same snapshot: no database is needed.

An item is one version of a notice, or its end: readers are told of every one of them.
"""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import feedgenerator, translation
from django.utils.translation import gettext as _

from notices import public, showing
from notices.surfaces.registry import LANGUAGES

# Lists of the snapshot, and what an item's name ends with.
_GROUPS = (
    *(("notices", ""), ("ended", "-ended"), ("withdrawn", "-withdrawn"), ("relapsed", "-again")),
    *(("planned", ""), ("planned_past", "-over")),
)
_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def _mark(group: str, said: dict[str, Any]) -> str:
    """The name of what is said. Work that has begun is news to who read that it would, and the all
    clear to who read of the end."""
    if not group.startswith("planned"):
        clear = "-all-clear" if said.get("all_clear_at") else ""
        return f"notice-{said.get('id')}{clear}"
    begun = "-begun" if group == "planned" and said.get("state") != "announced" else ""
    return f"maintenance-{said.get('id')}{begun}"


class Status(Feed):
    """RSS 2.0. `?lang=en` for English."""

    feed_type: type[feedgenerator.SyndicationFeed] = feedgenerator.Rss201rev2Feed
    address = "notices:public_rss"

    def __call__(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        language = "en" if request.GET.get("lang") == "en" else "zh"
        with translation.override(LANGUAGES[language]):
            try:
                answer = super().__call__(request, *arguments, language=language, **named)
            except public.NothingKnown:
                return HttpResponse(status=503, headers={"Retry-After": "15"})
        answer["Cache-Control"] = "public, max-age=30, stale-if-error=600"
        answer.headers.pop("Last-Modified", None)
        return answer

    def get_object(self, request: HttpRequest, language: str) -> dict[str, Any]:
        base = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
        return {"language": language, "base": base, "status": public.current()}

    def title(self, told: dict[str, Any]) -> str:
        return _("服务状态 · %(hospital)s") % {"hospital": settings.HOSPITAL_NAME}

    def description(self, told: dict[str, Any]) -> str:
        return _("哪些服务受影响、现在怎么办、什么时候再通报。")

    subtitle = description

    def link(self, told: dict[str, Any]) -> str:
        return f"{told['base']}{reverse('notices:public')}?lang={told['language']}"

    def feed_url(self, told: dict[str, Any]) -> str:
        return f"{told['base']}{reverse(self.address)}?lang={told['language']}"

    def feed_guid(self, told: dict[str, Any]) -> str:
        return self.link(told)

    def items(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        facts = told["status"].facts
        items = [
            {
                "piece": showing.piece(notice, "page", told["language"]),
                "guid": f"{told['base']}{reverse('notices:public')}#{_mark(group, said)}{mark}",
                "at": at or _EPOCH,
                "link": self.link(told),
            }
            for group, mark in _GROUPS
            for said in facts.get(group, [])
            for notice in showing.told_of([said])
            for at in [
                notice.all_clear_at or notice.withdrawn_at or notice.ended_at or notice.published_at
            ]
        ]
        return sorted(items, key=lambda item: item["at"], reverse=True)

    def item_title(self, item: dict[str, Any]) -> str:
        return item["piece"].surface.heading

    def item_description(self, item: dict[str, Any]) -> str:
        return "\n".join(line.text for line in item["piece"].surface.lines)

    def item_link(self, item: dict[str, Any]) -> str:
        return item["link"]

    def item_guid(self, item: dict[str, Any]) -> str:
        return item["guid"]

    item_guid_is_permalink = False

    def item_pubdate(self, item: dict[str, Any]) -> datetime.datetime:
        return item["at"]

    item_updateddate = item_pubdate


class AtomStatus(Status):
    """The same as Atom 1.0."""

    feed_type = feedgenerator.Atom1Feed
    address = "notices:public_atom"
