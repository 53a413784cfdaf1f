from django.urls import path

from ops import health

app_name = "ops"
urlpatterns = [
    path("health/live/", health.live, name="live"),
    path("health/ready/", health.ready, name="ready"),
]
