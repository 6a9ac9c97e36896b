"""What people type at the door, checked."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from people.doors import tidy
from people.models import Building, Community, Member
from people.phones import plain_digits, plain_phone
from people.queries import buildings_by_community

PHONE_MESSAGE = _("A mobile number has 11 digits and starts with 1.")


class PhoneField(forms.CharField):
    """A mobile number, however the digits are spaced."""

    default_validators = [RegexValidator(r"^1\d{10}\Z", PHONE_MESSAGE)]

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "tel", "autocomplete": "username"}
        super().__init__(
            label=_("Phone number"),
            max_length=40,
            widget=forms.TextInput(attrs=attributes),
            error_messages={"required": _("Type your phone number.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return plain_phone(super().to_python(value) or "")


class NameField(forms.CharField):
    """What somebody is called, and nothing that a spreadsheet of staff would run as a formula."""

    default_validators = [RegexValidator(r"^[^=+@\-＝＋＠－]", _("Type your name."))]
    default_error_messages = {"required": _("Type your name.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)


class PinField(forms.CharField):
    """Six digits or a password; full-width digits count as digits."""

    def __init__(self, *, is_new: bool = False, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "new-password" if is_new else "current-password",
            "inputmode": "numeric",
        }
        super().__init__(
            max_length=128,
            strip=False,
            widget=forms.PasswordInput(attrs=attributes),
            **({"error_messages": {"required": _("Type your six-digit PIN.")}} | kwargs),
        )

    def to_python(self, value: Any) -> str:
        return plain_digits(super().to_python(value) or "")


class SignInForm(forms.Form):
    """Phone number and PIN."""

    phone = PhoneField()
    pin = PinField(label=_("PIN"))
    is_shared = forms.BooleanField(
        label=_("This device is shared: sign me out after 15 minutes"), required=False
    )


class NewPinForm(forms.Form):
    """A PIN, typed twice; forms with one build on it."""

    pin = PinField(
        label=_("PIN of six digits"),
        help_text=_("Not 123456 or your birthday: something only you would think of."),
        is_new=True,
        error_messages={"required": _("Choose a PIN of six digits.")},
    )
    pin_again = PinField(
        label=_("The same PIN again"),
        is_new=True,
        error_messages={"required": _("Type the same PIN again.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pin, again = cleaned.get("pin"), cleaned.get("pin_again")
        if pin and again and pin != again:
            self.add_error("pin_again", _("The two PINs are not the same. Type them again."))
        if pin:
            self._check(pin)
        return cleaned

    def owner(self) -> Member:
        """Return whose PIN it is to be: it must not be part of their phone number."""
        return Member(phone=self.cleaned_data.get("phone"))

    def _check(self, pin: str) -> None:
        try:
            validate_password(pin, user=self.owner())
        except ValidationError as weak:
            self.add_error("pin", weak)


class DoorForm(forms.Form):
    """Where somebody lives."""

    building = forms.ChoiceField(
        label=_("Building"), error_messages={"required": _("Choose your building.")}
    )
    unit = forms.CharField(
        label=_("Staircase"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the number of your staircase.")},
    )
    door = forms.CharField(
        label=_("Door"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the number on your door.")},
    )

    def __init__(self, *args: Any, community: Community | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = buildings_by_community(community)
        self._buildings = {str(each.pk): each for _name, group in groups for each in group}
        self.fields["building"].choices = [  # type: ignore[attr-defined]  # A ChoiceField.
            ("", _("Choose your building")),
            *((name, [(str(each.pk), str(each)) for each in group]) for name, group in groups),
        ]

    def clean_building(self) -> Building:
        return self._buildings[self.cleaned_data["building"]]

    def clean_unit(self) -> str:
        return tidy(self.cleaned_data["unit"])

    def clean_door(self) -> str:
        door = tidy(self.cleaned_data["door"])
        if not door:
            raise ValidationError(_("Type the number on your door."), code="required")
        return door


class SignUpForm(DoorForm, NewPinForm):
    """Everything a new member tells: who they are, where they live, and a PIN."""

    registration_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    full_name = NameField(
        label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField()
    field_order = ["full_name", "phone", "building", "unit", "door", "pin", "pin_again"]


class ChangePinForm(NewPinForm):
    """The old PIN and a new one."""

    old_pin = PinField(
        label=_("The PIN you have now"),
        error_messages={"required": _("Type the PIN you have now.")},
    )
    field_order = ["old_pin", "pin", "pin_again"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._member = member

    def owner(self) -> Member:
        return self._member


class ModeForm(forms.Form):
    """How large everything is."""

    mode = forms.ChoiceField(choices=Member.Mode.choices)


class TextsForm(forms.Form):
    """Whether text messages are wanted."""

    wanted = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class InboxForm(forms.Form):
    """The newest notice that was on the page."""

    up_to = forms.IntegerField(min_value=0)
