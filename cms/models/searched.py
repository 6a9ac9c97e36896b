"""What makes a page one that is found: the words the search index keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from wagtail.models import Page
from wagtail.search import index

from cms.words import kept_words


class Searched:
    """A page found by its title, also as it sounds, and by the words of its text."""

    title: str
    _meta: Any

    search_fields: ClassVar = [*Page.search_fields, index.AutocompleteField("words")]
    searched: ClassVar[list[str]] = []
    """The names of its columns that hold text."""

    def words(self) -> str:
        """Write what the search index keeps."""
        return kept_words(self.searched_titles(), self._texts())

    def searched_titles(self) -> list[str]:
        """Return by what names the page goes."""
        return [self.title]

    def _texts(self) -> Iterator[str]:
        for name in self.searched:
            field = self._meta.get_field(name)
            value = field.value_from_object(self)
            if hasattr(field, "get_searchable_content"):
                # A block says "None" of what was left empty.
                yield from (text for text in field.get_searchable_content(value) if text != "None")
            else:
                yield value
