from django.urls import path

from ops import health, metrics, views

urlpatterns = [
    path("", views.home, name="home"),
    path("first-steps/", views.steps, name="first_steps"),
    path("reachable/", views.reachable, name="reachable"),
    path("reachable/line/", views.reachable_line, name="reachable_line"),
    path("metrics/", metrics.metrics, name="metrics"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
]
