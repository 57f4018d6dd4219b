"""The installed package of a stable ABI."""

import importlib.metadata

import stabletools
from stabletools import _native

assert stabletools.count("a b") == 2
assert _native.__file__.endswith(".abi3.so"), _native.__file__
assert importlib.metadata.version("stable-tools") == "0.3.0b2"
