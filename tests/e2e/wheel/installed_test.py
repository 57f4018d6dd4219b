"""The installed package: its parts, its command, and none of the sources."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import wordtools

folder = Path(wordtools.__file__).parent
assert folder.is_relative_to(sys.prefix), folder
assert not any("runfiles" in path for path in sys.path), sys.path
assert wordtools.count("one two three") == 3
assert (folder / "words.txt").read_text() == "a few words\n"
assert (folder / "py.typed").is_file()

distribution = importlib.metadata.distribution("word-tools")
assert distribution.version == "1.2.0", distribution.version
commands = Path(sys.executable).parent
said = subprocess.run([commands / "count-words", "a", "b"], capture_output=True, text=True, check=True).stdout
assert said == "2\n", said
said = subprocess.run([commands / "greet"], capture_output=True, text=True, check=True).stdout
assert said == "hello\n", said
assert os.getcwd() not in map(str, distribution.files or [])
print("installed in", folder)
