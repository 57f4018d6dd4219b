"""Areas."""

from .stable_ext import square

__all__ = ["square"]
