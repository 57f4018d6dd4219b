"""Run by each Python, with the modules for all of them side by side."""

import os
import sys

import which

running = "{}.{}".format(*sys.version_info[:2])
expected = sys.argv[1:] or [running]
assert expected == [which.BUILT_FOR], (which.BUILT_FOR, expected)
assert os.environ["MATRIX"] == "kept"

folder, file = os.path.split(which.__file__)
beside = sorted(name for name in os.listdir(folder) if name.startswith("which."))
print("Python", running, file, "of", *beside)
