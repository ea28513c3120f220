"""Names that look like another: letters of two alphabets in one word."""

import re

# Letters of Latin that have a twin in Cyrillic or stand beside it in words that are meant to deceive.
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_OTHER = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff]")


def mixes_alphabets(text: str) -> bool:
    """Whether a word of it has Cyrillic letters beside Latin or Greek ones: «Ивaнова» with a Latin a."""
    return any(_CYRILLIC.search(word) and _OTHER.search(word) for word in _WORD.findall(text))
