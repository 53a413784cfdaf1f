from django.urls import path

from teams.views import directory

app_name = "teams"
urlpatterns = [
    path("directory/", directory.directory, name="directory"),
]
