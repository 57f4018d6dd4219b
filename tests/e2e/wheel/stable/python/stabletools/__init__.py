"""Words, for every Python."""

import sys

from stabletools._native import count


def main() -> None:
    print(count(" ".join(sys.argv[1:])))
