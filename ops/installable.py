"""The product as an app on a device: manifest, service worker, the page without network.

What a device keeps and how it sends what waits is told in static/js/worker.js and outbox.js. Here
is what they ask the server for. None of these addresses but `session` asks who is there, and none
needs the database.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import condition, require_safe

# Pages of which a device keeps a copy for whoever is signed in on it.
KEPT = (
    "incidents:report",
    "incidents:my_reports",
    "incidents:my_orders",
    "plans:current",
    "teams:duty",
    "teams:directory",
)
# A copy that is older is not shown; reports have the same bound (incidents/filing.py).
COPY_HOURS = 72
# Static files that no page of ours needs by itself.
_NOT_SHOWN = (
    *("js/worker.js", "js/screen-worker.js", "js/push-worker.js", "js/push.js"),
    *("js/api-docs.js", "img/app"),
)
_HTMX = "django_htmx/htmx-2.min.js"


@cache
def release() -> str:
    """Changes with anything that a device keeps: scripts, sheets, pictures, words, templates."""
    digest = hashlib.sha256(f"{settings.HOSPITAL_NAME}\0{settings.DUTY_PHONE}".encode())
    base = settings.BASE_DIR
    for folder, kinds in (("static", "*"), ("templates", "*.html"), ("locale", "*.po")):
        for file in sorted((base / folder).rglob(kinds)):
            if file.is_file():
                digest.update(str(file.relative_to(base)).encode() + b"\0" + file.read_bytes())
    htmx = finders.find(_HTMX)
    if isinstance(htmx, str):
        digest.update(Path(htmx).read_bytes())
    return digest.hexdigest()[:16]


def _tag(_request: HttpRequest) -> str:
    return f'"{release()}"'


@require_safe
@condition(etag_func=_tag)
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it serves every page. Its bytes change with each
    release, which is how browsers notice one."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """The web app manifest. Browsers fetch it without cookies: the address names the language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        said = {
            "id": "/",
            "name": f"{_('应急')} {settings.HOSPITAL_NAME}",
            "short_name": _("应急"),
            "description": _("医院应急预案的执行：报障、指挥、修复、告知患者。"),
            "lang": "en" if language == "en" else "zh-Hans",
            "dir": "ltr",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f7f4",
            "theme_color": "#f6f7f4",
            "icons": [
                _icon("app-192.png", "192x192"),
                _icon("app-512.png", "512x512"),
                _icon("app-maskable-512.png", "512x512", "maskable"),
            ],
            "shortcuts": [
                {"name": _("报障"), "url": reverse("incidents:report")},
                {"name": _("谁在值班"), "url": reverse("teams:duty")},
            ],
        }
    text = json.dumps(said, ensure_ascii=False, indent=2)
    return HttpResponse(text, content_type="application/manifest+json; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """What is shown in place of a page that no copy was kept of; the same for everybody."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        return render(request, "ops/offline.html", {"kept": [_link(name) for name in KEPT]})


@require_safe
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in on this device (`person`, null: nobody), and a token for what they send."""
    user: Any = request.user
    person = user.pk if user.is_authenticated else None
    return JsonResponse({"person": person, "token": get_token(request)})


def works_here(request: HttpRequest) -> bool:
    """Do browsers keep anything of this address? They do so over TLS, and on the machine itself."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return request.is_secure() or host in ("localhost", "127.0.0.1", "[::1]")


def shell() -> list[str]:
    """The addresses that a device keeps for everybody: what pages are made of, and no page of
    anybody's own."""
    folder = settings.BASE_DIR / "static"
    names = sorted(
        str(file.relative_to(folder))
        for kind in ("css", "js", "img")
        for file in _in(folder / kind)
    )
    files = [static(name) for name in names if not name.startswith(_NOT_SHOWN)]
    pages = [reverse("offline", args=[language]) for language, _name in settings.LANGUAGES]
    return [*pages, static(_HTMX), *files]


@cache
def _worker() -> str:
    constants = {
        "RELEASE": release(),
        "SHELL": shell(),
        "KEPT": [reverse(name) for name in KEPT],
        "REPORT": reverse("incidents:report"),
        "DOORS": [reverse("account_login"), reverse("account_logout")],
        "OFFLINE": {
            language: reverse("offline", args=[language]) for language, _name in settings.LANGUAGES
        },
        "COPY_HOURS": COPY_HOURS,
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in constants.items())
    folder = settings.BASE_DIR / "static" / "js"
    return head + "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("outbox.js", "worker.js")
    )


def _in(folder: Any) -> list[Any]:
    return [file for file in folder.iterdir() if file.is_file()]


def _icon(name: str, sizes: str, purpose: str = "any") -> dict[str, str]:
    address = static(f"img/{name}")
    return {"src": address, "sizes": sizes, "type": "image/png", "purpose": purpose}


def _link(name: str) -> dict[str, Any]:
    labels = {
        "incidents:report": _("报障"),
        "incidents:my_reports": _("我的报告"),
        "incidents:my_orders": _("我的指令"),
        "plans:current": _("预案"),
        "teams:duty": _("谁在值班"),
        "teams:directory": _("通讯录"),
    }
    return {"url": reverse(name), "label": labels[name]}
