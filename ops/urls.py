from django.urls import path

from ops import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("first-steps/", views.steps, name="first_steps"),
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
]
