"""Which days of the books somebody wants to look at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DaysForm(forms.Form):
    first = forms.DateField(label=_("from which day"), widget=DayInput())
    last = forms.DateField(label=_("until which day"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if "first" in typed and "last" in typed and typed["first"] > typed["last"]:
            raise forms.ValidationError(
                _("The first day comes after the last: change one of them.")
            )
        return typed


class DayForm(forms.Form):
    day = forms.DateField(label=_("at the end of the day"), widget=DayInput())
    codes = forms.CharField(label=_("codes that begin with"), required=False, max_length=120)
