from django.urls import path

from teams.views import administering, contacts, departments, directory, duty, feeds, groups, people

app_name = "teams"
urlpatterns = [
    path("directory/", directory.directory, name="directory"),
    path("me/contacts/", contacts.my_contacts, name="my_contacts"),
    path("me/contacts/<int:pk>/", contacts.change_contact, name="change_contact"),
    path("me/contacts/<int:pk>/<slug:verb>/", contacts.contact_verb, name="contact_verb"),
    path("duty/", duty.duty, name="duty"),
    path("duty/now/", duty.on_now, name="on_now"),
    path("duty/feed/", feeds.duty_feed, name="duty_feed"),
    path("duty/feed/<str:secret>.ics", feeds.duty_calendar, name="duty_calendar"),
    path("people/", people.people, name="people"),
    path("people/new/", administering.add, name="new_person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", administering.change, name="change_person"),
    path("people/<int:pk>/reveal/", people.reveal, name="reveal"),
    path("people/<int:pk>/<slug:verb>/", administering.person_verb, name="person_verb"),
    path("departments/", departments.departments, name="departments"),
    path("departments/new/", departments.add, name="new_department"),
    path("departments/<int:pk>/", departments.department, name="department"),
    path("departments/<int:pk>/<slug:verb>/", departments.department_verb, name="department_verb"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.add, name="new_group"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/change/", groups.change, name="change_group"),
    path("groups/<int:pk>/people/", groups.seat, name="seat_group"),
    path("groups/<int:pk>/<slug:verb>/", groups.group_verb, name="group_verb"),
]
