"""Keys by which a product is found: Chinese, English, pinyin and initials. Pure.

`ft`, `fentiao`, `粉条` and `noodles` all find 西吉洋芋粉条. Each key stands between bars,
so that one look-up with LIKE serves every database.
"""

from __future__ import annotations

import unicodedata

from pypinyin import Style, lazy_pinyin

KEYS_MAX = 4_000
WORDS_MAX = 5


def keys_of(*texts: str) -> str:
    """Write the keys of a product; this function will join them with bars.

    >>> keys_of("粉条", "noodles")
    '|粉条|fentiao|ft|noodles|'
    """
    keys: dict[str, None] = {}
    for text in texts:
        plain = plainly(text)
        if not plain:
            continue
        keys[plain] = None
        if plain.isascii():
            continue
        for letters in spelled(plain):
            keys[plainly("".join(letters))] = None
    keys.pop("", None)
    return f"|{'|'.join(keys)}|"[:KEYS_MAX] if keys else ""


def words_of(typed: str) -> list[str]:
    """Split what was typed into the words that must all be found, in their plain form.

    >>> words_of(" 西吉　ＦＴ ")
    ['西吉', 'ft']
    """
    text = unicodedata.normalize("NFKC", typed).casefold()
    return [word for word in (plainly(part) for part in text.split()) if word][:WORDS_MAX]


def finds(typed: str, keys: str) -> bool:
    """Say whether what was typed finds these keys, as the database would."""
    return all(word in keys for word in words_of(typed))


def plainly(text: str) -> str:
    """Reduce a text to small letters, digits and Chinese characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in text if character.isalnum())


def spelled(text: str) -> tuple[list[str], list[str]]:
    """Spell Chinese in letters: each character's pinyin, and its initial.

    >>> spelled("粉条")
    (['fen', 'tiao'], ['f', 't'])
    """
    return lazy_pinyin(text), lazy_pinyin(text, style=Style.FIRST_LETTER)
