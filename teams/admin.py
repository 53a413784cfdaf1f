"""Who may do what in the administration, and the people, groups and departments there.

The role decides, not Django's permission tables: administrators change what is theirs to change,
auditors look, nobody else comes in.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from journal.models import Entry
from journal.refusals import Refusal
from teams import authority
from teams.models import Department, Membership, Person, ResponseGroup, Role, Service
from teams.workflow import (
    add_department,
    add_person,
    change_department,
    change_person,
    keep,
    switch_department,
)


def administers(request: HttpRequest) -> bool:
    return authority.administers(request.user)


def looks(request: HttpRequest) -> bool:
    return authority.oversees(request.user)


class ReadOnly(admin.ModelAdmin):
    """Administrators and auditors look; nobody adds, changes or deletes."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return looks(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return looks(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Administered(ReadOnly):
    """Administrators add and change; what has a history is switched off, not deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What a verb refuses is said; nothing of it was saved."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        keep(obj, by=request.user, changed=form.changed_data)


def _said(form: Any) -> dict[str, Any]:
    """What was changed on the form, but the account's state, which has verbs of its own."""
    return {
        name: form.cleaned_data[name] for name in form.changed_data if name not in ("is_active",)
    }


class PersonForm(UserChangeForm):
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@admin.register(Person)
class PersonAdmin(Administered, UserAdmin):
    """People and their roles. Somebody who has left is switched off: their acts stay theirs.

    Accounts are switched, and passwords handed over, on the person's own page.
    """

    form = PersonForm
    list_display = ["username", "name", "duty", "department", "roles", "is_active"]
    list_filter = ["is_active", "department"]
    list_select_related = ["department"]
    search_fields = ["username", "name", "duty"]
    ordering = ["pk"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username"]}),
        (_("人员"), {"fields": ["name", "duty", "department", "phone", "skills"]}),
        (_("权限"), {"fields": ["roles", "is_active"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2", "name"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["username", "is_active"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            change_person(obj.pk, by=request.user, **_said(form))
        else:
            said = form.cleaned_data
            added, _password = add_person(
                by=request.user,
                username=said["username"],
                name=said["name"],
                password=said["password1"],
            )
            obj.pk = added.pk
        obj.refresh_from_db()

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Passwords are made up and shown once on the person's own page."""
        return redirect("teams:person", id)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return looks(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(ResponseGroup)
class ResponseGroupAdmin(ReadOnly):
    """Groups are changed on their own pages, where the reason is asked."""

    list_display = ["name", "kind", "is_active"]
    inlines = [MembershipInline]


@admin.register(Department)
class DepartmentAdmin(Administered):
    list_display = ["name", "kind", "phone", "position", "is_active"]
    search_fields = ["name"]
    fields = ["name", "kind", "phone", "position", "is_active"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        said = _said(form)
        if change:
            change_department(obj.pk, by=request.user, **said)
        else:
            said = {name: form.cleaned_data[name] for name in ("name", "kind", "phone", "position")}
            obj.pk = add_department(by=request.user, **said).pk
        if "is_active" in form.changed_data:
            switch_department(obj.pk, by=request.user, on=form.cleaned_data["is_active"])
        obj.refresh_from_db()


@admin.register(Service)
class ServiceAdmin(Administered):
    list_display = ["name", "position"]
    search_fields = ["name"]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """The journal: whoever may come in may read it, nobody may change it."""

    list_display = ["stream", "seq", "event", "actor_name", "at"]
    list_filter = ["event"]
    search_fields = ["stream"]
    ordering = ["-pk"]
    show_full_result_count = False


# Roles take the place of Django's groups.
admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = _("应急 管理")
