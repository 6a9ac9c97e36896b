"""What staff type about a member."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from people.doors import tidy
from people.forms import NameField, PhoneField
from people.models import Building, Member
from people.roles import NAMES


class RolesField(forms.MultipleChoiceField):
    """Roles by their names in the language of the page."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Roles"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=role_choices,
        )


def role_choices() -> list[tuple[str, Any]]:
    """Return every group, ours by the names people know."""
    groups = Group.objects.order_by("pk").values_list("name", flat=True)
    return [(name, NAMES.get(name, name)) for name in groups]


class MemberForm(WagtailAdminModelForm):
    """A member's name and phone number; their roles only for those who assign roles."""

    full_name = NameField(label=_("full name"))
    phone = PhoneField(required=False, help_text=_("Empty for a member without a phone."))
    roles = RolesField()

    class Meta:
        model = Member
        fields = ["full_name", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].error_messages["unique"] = _(
            "Somebody else is registered with this phone number."
        )
        if not self.for_user.has_perm("people.assign_roles") or self.for_user == self.instance:
            del self.fields["roles"]
        elif self.instance.pk:
            held = self.instance.groups.values_list("name", flat=True)
            self.fields["roles"].initial = list(held)


class NewMemberForm(MemberForm):
    """Also where they live, or to which community they belong."""

    building = forms.ModelChoiceField(
        Building.objects.select_related("community").order_by("community_id", "compound", "pk"),
        label=_("Building"),
        required=False,
    )
    unit = forms.CharField(label=_("Staircase"), max_length=6, required=False)
    door = forms.CharField(label=_("Door"), max_length=10, required=False)

    class Meta(MemberForm.Meta):
        fields = ["full_name", "phone", "community"]

    field_order = ["full_name", "phone", "community", "building", "unit", "door"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("building") and not tidy(cleaned.get("door", "")):
            self.add_error("door", _("Type the number on the door."))
        return cleaned


class EditMemberForm(MemberForm):
    """Also whether they may sign in."""

    class Meta(MemberForm.Meta):
        fields = ["full_name", "phone", "is_active"]
