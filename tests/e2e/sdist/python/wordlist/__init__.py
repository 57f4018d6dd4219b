"""Counts words."""

import sys

from wordlist._native import count, known


def main() -> None:
    """Print the number of words of the arguments."""
    sys.stdout.write(f"{count(' '.join(sys.argv[1:]))} of {known()}\n")
