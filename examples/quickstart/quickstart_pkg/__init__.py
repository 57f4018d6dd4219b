"""A Python package around a Rust module."""

from .my_ext import Counter, checked_divide, sum_as_string

__all__ = ["Counter", "checked_divide", "sum_as_string"]
