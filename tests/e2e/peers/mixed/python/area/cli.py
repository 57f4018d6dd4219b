"""The command."""

import sys

from area import square


def main() -> None:
    """Print the area of a square."""
    print(square(float(sys.argv[1])))
