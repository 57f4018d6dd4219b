"""Imports the Rust module and shows what it computes, its file and its Python."""

import os
import sys

import my_ext

print("my_ext.sum_as_string(20, 22) =", my_ext.sum_as_string(20, 22))
print("file:", os.path.basename(my_ext.__file__))
print("Python:", sys.version.split()[0])
