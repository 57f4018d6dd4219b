"""What counts as the same word."""


def normalise(word: str) -> str:
    """Drops case and punctuation."""
    return word.casefold().strip(".,;:!?")
