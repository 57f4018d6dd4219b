from wordtools import count

__all__ = ["count"]
