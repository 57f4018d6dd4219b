"""Statistics of texts: the work is done in Rust."""

from ._native import count
from .search import first_position

__all__ = ["count", "first_position"]
