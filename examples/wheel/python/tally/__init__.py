"""Counts words."""

from importlib.resources import files

from tally import _native

__all__ = ["count"]


def count(text: str) -> dict[str, int]:
    """Gives how often each word is there, in small letters; those of common.txt do not count."""
    common = files(__name__).joinpath("common.txt").read_text(encoding="utf-8")
    return _native.count(text, common.split())
