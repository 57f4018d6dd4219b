"""The command `tally`: prints how often each word of its arguments is there."""

import sys

import tally


def main() -> None:
    """Prints one word a line, in order."""
    for word, number in sorted(tally.count(" ".join(sys.argv[1:])).items()):
        print(number, word)
