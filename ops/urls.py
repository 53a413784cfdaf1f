from django.urls import path

from ops import health, installable, metrics, views

urlpatterns = [
    path("", views.home, name="home"),
    path("first-steps/", views.steps, name="first_steps"),
    path("reachable/", views.reachable, name="reachable"),
    path("reachable/restored/", views.restored_checked, name="restored_checked"),
    path("reachable/line/", views.reachable_line, name="reachable_line"),
    path("sw.js", installable.worker, name="worker"),
    path("app-<slug:language>.webmanifest", installable.manifest, name="manifest"),
    path("offline/<slug:language>/", installable.offline, name="offline"),
    path("session/", installable.session, name="session"),
    path("metrics/", metrics.metrics, name="metrics"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
]
