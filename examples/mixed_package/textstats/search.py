"""Python's side of the Rust module _search."""

from typing import Optional

from . import _search


def first_position(text: str, word: str) -> Optional[int]:
    """Gives the first position of a word, None when it does not occur."""
    return next(iter(_search.positions(text, word)), None)
