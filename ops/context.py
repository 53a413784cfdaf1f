"""What the frame of every page needs: the links for this person's roles and the demo's accounts.

Nothing is worked out before a template asks, so fragments, error pages and the patients' pages
cost no query; for staff the signed-in person, whom the view has loaded already, is enough.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teams.models import Person, Role

_ACTING = frozenset({Role.CS, Role.IT, Role.LEADER, Role.DEPARTMENT, Role.LOGISTICS, Role.ADMIN})
_EVERYBODY = _ACTING | {Role.AUDITOR}
# On a phone the first few stand in the bar under the thumb, the rest behind 更多.
IN_THE_BAR = 4


@dataclass(frozen=True)
class Place:
    """A page of the navigation, and the roles that have business there."""

    label: Promise
    url_name: str
    icon: str
    roles: frozenset[str]
    # Reference pages stand behind 更多 on every screen.
    is_reference: bool = False


@dataclass(frozen=True)
class Link:
    """A place as one person sees it. `is_here`: the page being shown lies in it."""

    label: Promise
    url: str
    icon: str
    is_here: bool


PLACES = (
    Place(_("值守大盘"), "incidents:dashboard", "layout-list", _EVERYBODY),
    Place(_("报障"), "incidents:report", "siren", _ACTING),
    Place(_("指挥"), "incidents:commander", "flag", frozenset({Role.LEADER, Role.IT})),
    Place(_("我的指令"), "incidents:my_orders", "clipboard-check", _ACTING - {Role.ADMIN}),
    Place(_("物资"), "inventory:items", "package", frozenset({Role.LOGISTICS})),
    Place(
        _("患者通知"),
        "notices:list",
        "megaphone",
        frozenset({Role.CS, Role.IT, Role.LEADER, Role.ADMIN, Role.AUDITOR}),
    ),
    Place(_("评估"), "reviews:list", "file-search", _EVERYBODY - {Role.LOGISTICS}),
    Place(_("整改项"), "reviews:actions", "list-checks", _EVERYBODY, is_reference=True),
    Place(_("指标"), "reviews:figures", "chart-line", _EVERYBODY, is_reference=True),
    Place(_("计时总览"), "incidents:clocks", "timer", _EVERYBODY, is_reference=True),
    Place(_("预案"), "plans:current", "book-open-text", _EVERYBODY, is_reference=True),
    Place(
        _("物资"),
        "inventory:items",
        "package",
        _EVERYBODY - {Role.LOGISTICS},
        is_reference=True,
    ),
    Place(
        _("纸质表单"),
        "incidents:batches",
        "notebook-pen",
        frozenset({Role.DEPARTMENT, Role.CS, Role.ADMIN, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(_("演练"), "drills:drills", "drama", _EVERYBODY, is_reference=True),
    Place(_("培训"), "training:mine", "graduation-cap", _EVERYBODY, is_reference=True),
    Place(_("停机应急包"), "kits:list", "package-open", _EVERYBODY, is_reference=True),
    Place(_("值班"), "teams:duty", "calendar-clock", _EVERYBODY, is_reference=True),
    Place(
        _("全部值班表"),
        "teams:rosters",
        "calendar-range",
        frozenset({Role.ADMIN, Role.LEADER, Role.IT, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(_("通讯录"), "teams:directory", "contact-round", _EVERYBODY, is_reference=True),
    Place(
        _("人员与科室"),
        "teams:people",
        "users",
        frozenset({Role.ADMIN, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(
        _("大屏与告示地点"),
        "notices:places",
        "map-pin",
        frozenset({Role.CS, Role.ADMIN, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(
        _("未送达的日志"),
        "journal:poisoned",
        "triangle-alert",
        frozenset({Role.ADMIN, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(
        _("告警渠道"),
        "notices:channels",
        "radio-tower",
        frozenset({Role.ADMIN, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(
        _("现在能叫到人吗"),
        "reachable",
        "phone-call",
        frozenset({Role.ADMIN, Role.IT, Role.AUDITOR}),
        is_reference=True,
    ),
    Place(
        _("报障海报"),
        "notices:posters",
        "qr-code",
        frozenset({Role.ADMIN, Role.CS, Role.DEPARTMENT}),
        is_reference=True,
    ),
    Place(_("服务状态"), "notices:public", "monitor", _EVERYBODY, is_reference=True),
)
# What a role does most stands first in the bar under the thumb.
FIRST_FOR = {
    Role.LEADER: "incidents:commander",
    Role.DEPARTMENT: "incidents:my_orders",
    Role.LOGISTICS: "incidents:my_orders",
}


@cache
def _places(roles: frozenset[str], is_staff: bool) -> tuple[tuple[Place, str], ...]:
    """The places of these roles with their addresses, most needed first."""
    places = [place for place in PLACES if roles & place.roles]
    first = next((FIRST_FOR[role] for role in FIRST_FOR if role in roles), None)
    places.sort(key=lambda place: place.url_name != first)
    if is_staff:
        places.append(Place(_("管理"), "admin:index", "settings", frozenset(), is_reference=True))
    return tuple((place, reverse(place.url_name)) for place in places)


@dataclass(frozen=True)
class Nav:
    """The navigation for parts/nav.html: the places of these roles, and the address of this one."""

    roles: frozenset[str]
    is_staff: bool
    here: str | None

    def shown(self) -> dict[str, Any]:
        return {"nav": self}

    def _links(self, *, is_reference: bool) -> list[Link]:
        return [
            Link(place.label, url, place.icon, url == self.here)
            for place, url in _places(self.roles, self.is_staff)
            if place.is_reference == is_reference
        ]

    @property
    def links(self) -> list[Link]:
        """Where this person works, most needed first."""
        return self._links(is_reference=False)

    @property
    def behind_bar(self) -> list[Link]:
        """Those of `links` that find no room in a phone's bar."""
        return self.links[IN_THE_BAR:]

    @property
    def references(self) -> list[Link]:
        """What this person looks up."""
        return self._links(is_reference=True)


class Shell:
    """The frame's own data, under the name `shell` in every template."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def nav(self) -> list[Nav]:
        """The navigation of whoever is signed in; nobody has none."""
        person: Any = self._request.user
        if not person.is_authenticated:
            return []
        roles = frozenset({Role.AUDITOR} if person.only_reads else person.roles)
        places = _places(roles, person.is_staff)
        # The longest address that the page's own begins with: / must not light up everywhere.
        within = [url for _place, url in places if self._request.path.startswith(url)]
        return [Nav(roles, person.is_staff, max(within, key=len, default=None))]

    @property
    def sets_up(self) -> bool:
        """Is this somebody who has to know what a new hospital still lacks? No query."""
        person: Any = self._request.user
        return person.is_authenticated and person.has_role(Role.ADMIN)

    @cached_property
    def nobody_yet(self) -> bool:
        """Nobody has an account: the hospital was not set up. One query, without the demo only."""
        return not settings.DEMO and not Person.objects.exists()

    @property
    def demo(self) -> Any:
        """The demo's accounts and their password, only where settings.DEMO is on; else None."""
        if not settings.DEMO:
            return None
        from ops import demo

        return {"accounts": demo.ACCOUNTS, "password": demo.PASSWORD}


def page(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: adds `shell`."""
    return {"shell": Shell(request)}
