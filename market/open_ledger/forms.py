"""What people type about money they do not understand, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RowForm(forms.Form):
    """Which row of one's own money."""

    order = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput
    )
    row = forms.SlugField(max_length=40, widget=forms.HiddenInput)


class QuestionForm(RowForm):
    """A question about one row, of all those that one can ask about there."""

    def __init__(self, *args: Any, rows: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"] = forms.ChoiceField(
            label=_("What is it about?"), choices=[*rows.items()], widget=forms.RadioSelect
        )

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is not clear to you?"),
        help_text=_("Staff read it and nobody else. The answer comes to your notices."),
        error_messages={"required": _("Write what is not clear to you.")},
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """What staff answer."""

    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("It goes to the notices of whoever asked, and nobody else sees it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MonthForm(forms.Form):
    """Which month of the books."""

    month = forms.DateField(input_formats=["%Y-%m"])
