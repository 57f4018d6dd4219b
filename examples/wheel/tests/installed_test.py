"""What users get: the package that is installed, and none of the sources."""

import importlib.metadata
import subprocess
import sys
import sysconfig
import unittest
from pathlib import Path

import tally
import tally._native

_DISTRIBUTION = importlib.metadata.distribution("tally-words")


class InstalledTest(unittest.TestCase):
    def test_it_is_installed(self) -> None:
        self.assertTrue(Path(tally.__file__).is_relative_to(sys.prefix), tally.__file__)

    def test_counts(self) -> None:
        self.assertEqual(tally.count("The cat and the hat of a Cat"), {"cat": 2, "hat": 1})

    def test_module_is_named_for_this_python(self) -> None:
        self.assertEqual(Path(tally._native.__file__).name, "_native" + sysconfig.get_config_var("EXT_SUFFIX"))

    def test_module_leaves_the_gil_off(self) -> None:
        wanted = not sysconfig.get_config_var("Py_GIL_DISABLED")
        self.assertEqual(getattr(sys, "_is_gil_enabled", lambda: True)(), wanted)

    def test_stubs(self) -> None:
        files = {str(path) for path in _DISTRIBUTION.files or []}
        self.assertLessEqual({"tally/_native.pyi", "tally/py.typed"}, files)

    def test_command(self) -> None:
        command = Path(sys.executable).parent / "tally"
        said = subprocess.run([command, "one", "two", "one"], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(said.decode().split(), ["2", "one", "1", "two"])

    def test_entry_point(self) -> None:
        (point,) = importlib.metadata.entry_points(group="tally.counters")
        self.assertIs(point.load(), tally.count)

    def test_metadata(self) -> None:
        metadata = _DISTRIBUTION.metadata
        self.assertEqual(_DISTRIBUTION.version, "1.4.0rc1")
        self.assertEqual(metadata["License-Expression"], "MIT")
        self.assertEqual(metadata.get_all("Provides-Extra"), ["plot"])
        self.assertIn("Permission is hereby granted", _DISTRIBUTION.read_text("licenses/LICENSE") or "")


if __name__ == "__main__":
    unittest.main()
