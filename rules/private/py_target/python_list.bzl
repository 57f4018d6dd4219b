"""The attribute `pythons` of matrices."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/interpreter:python_words.bzl", "python_word_tag")

def python_targets(label, name, pythons):
    """Names the targets of a matrix.

    Args:
      label: (str) the matrix, as messages name it
      name: (str) the matrix
      pythons: (list of str) words of Pythons

    Returns:
      dict of str to str: word -> target, such as "3.13t" -> "my_ext.cp313t"
    """
    if not pythons or len(pythons) != len({word: None for word in pythons}):
        fail(error_text(
            label,
            "`pythons` is {}".format(pythons),
            "at least one word such as \"3.13\", and each once",
            "list the Pythons",
        ))
    return {word: "{}.{}".format(name, python_word_tag(word, label)) for word in pythons}
