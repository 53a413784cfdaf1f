from django.urls import path

from journal import pages, views

app_name = "journal"
urlpatterns = [
    path("live/", views.live, name="live"),
    path("journal/poisoned/", pages.poisoned, name="poisoned"),
    path("journal/poisoned/<int:pk>/retry/", pages.retry, name="retry"),
]
