"""Runs the programs as a user does, in a folder and an environment that tell them nothing."""

import os
import subprocess
import tempfile
import unittest

# What would lead a Python astray that listens.
_LIES = {"PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "VIRTUAL_ENV": "/nowhere"}


def run(variable: str, *arguments: str) -> str:
    """Gives what a program prints; its path is in an environment variable."""
    program = os.path.abspath(os.environ[variable])
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [program, *arguments], cwd=folder, env=_LIES, stdout=subprocess.PIPE, check=True
        ).stdout.decode()


class ProgramsTest(unittest.TestCase):
    def test_program_with_a_python_package(self) -> None:
        self.assertIn("area: 6\n", run("AREA", "0,0", "4,0", "4,3"))

    def test_program_with_a_module_of_its_own(self) -> None:
        self.assertEqual(run("RUN_SCRIPT", os.path.abspath(os.environ["SCRIPT"])), "total: 42\n")

    def test_profiling_program(self) -> None:
        self.assertIn("calls of vectors.dot: ", run("PROFILE_VECTORS"))


if __name__ == "__main__":
    unittest.main()
