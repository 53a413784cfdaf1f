from django.urls import path

from teams import views

app_name = "teams"
urlpatterns = [
    path("directory/", views.directory, name="directory"),
]
