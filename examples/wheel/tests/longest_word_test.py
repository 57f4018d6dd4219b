"""The module for a stable ABI, in a Python that knows it."""

import importlib.metadata
import sys
from pathlib import Path

import longest_word

file = Path(longest_word.__file__)
assert file.is_relative_to(sys.prefix), file
assert ".abi3" in file.name, file
assert longest_word.longest("one three seven") == "three"
assert importlib.metadata.version("longest-word") == "0.2"
