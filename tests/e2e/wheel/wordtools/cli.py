"""The command count-words."""

import sys

from wordtools import count


def main() -> None:
    print(count(" ".join(sys.argv[1:])))
