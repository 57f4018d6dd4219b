"""The package of a wheel that was tagged after it was packed."""

import importlib.metadata
import sysconfig

import wordtools

assert wordtools.count("one two three") == 3
files = {str(file) for file in importlib.metadata.files("packed_tools")}
assert f"wordtools/_native{sysconfig.get_config_var('EXT_SUFFIX')}" in files, files
text = importlib.metadata.distribution("packed_tools").read_text("WHEEL")
assert "Root-Is-Purelib: false\n" in text, text
