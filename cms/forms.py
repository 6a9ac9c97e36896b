"""What people type into the pages, checked."""

from __future__ import annotations

from django import forms


class SearchForm(forms.Form):
    """What somebody looks for; what makes no sense is left out of account."""

    q = forms.CharField(required=False, max_length=60)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000)

    def asked(self) -> tuple[str, int]:
        """Return the words as typed, or nothing, and which page of what is found."""
        self.is_valid()
        return self.cleaned_data.get("q", ""), self.cleaned_data.get("page") or 1
