"""One shape for every error message of the rules."""

def error_text(label, found, expected, todo):
    """Words an error so that the reader can act on it.

    Args:
      label: (Label or str) the target, repository or tag that is at fault
      found: (str) what was found, the offending value quoted
      expected: (str) what would have been right
      todo: (str) what to do about it

    Returns:
      str: the message, ready for fail()
    """
    return "\n{label}: {found}\n  expected: {expected}\n  to do: {todo}".format(
        label = label,
        found = found,
        expected = expected,
        todo = todo,
    )
