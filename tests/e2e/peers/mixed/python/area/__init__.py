"""Areas."""

from area._area import square

__all__ = ["square"]
