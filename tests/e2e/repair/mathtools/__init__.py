"""Sums from C."""

from mathtools._native import add

__all__ = ["add"]
