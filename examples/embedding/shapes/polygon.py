"""Polygons."""

from __future__ import annotations

import vectors


def area(corners: list[tuple[float, float]]) -> float:
    """Gives the area of a polygon that does not cross itself."""
    following = [*corners[1:], *corners[:1]]
    return abs(sum(vectors.cross(a, b) for a, b in zip(corners, following))) / 2
