"""Words."""

from wordtools._native import count

__all__ = ["count"]
