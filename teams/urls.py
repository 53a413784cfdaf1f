from django.urls import path

from teams.views import contacts, directory

app_name = "teams"
urlpatterns = [
    path("directory/", directory.directory, name="directory"),
    path("me/contacts/", contacts.my_contacts, name="my_contacts"),
    path("me/contacts/<int:pk>/", contacts.change_contact, name="change_contact"),
    path("me/contacts/<int:pk>/<slug:verb>/", contacts.contact_verb, name="contact_verb"),
]
