from django.urls import path

from journal import views

app_name = "journal"
urlpatterns = [
    path("live/", views.live, name="live"),
]
