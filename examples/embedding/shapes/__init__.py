"""Shapes: a Python package that stands on the Rust module vectors."""

from .polygon import area

__all__ = ["area"]
