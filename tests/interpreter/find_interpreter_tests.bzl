"""Tests of the search for an interpreter; numbers are those of PyO3's guide as this project counts its requirements."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/interpreter:find_interpreter.bzl", "choose_interpreter", "environment_interpreter", "says_python3")

_ALL = {"CONDA_PREFIX": "/conda", "PYO3_PYTHON": "pypy3", "PYTHON_SYS_EXECUTABLE": "python3.6", "VIRTUAL_ENV": "/venv"}

# (name or path, origin) by what is set and which names are a Python 3.
_CHOICES = [
    # Requirement 2: with nothing configured, a Python 3 on PATH.
    ({}, ["python3"], ("python3", "PATH")),
    # Requirement 3: an environment, `python` if it is a Python 3, `python3`.
    ({"VIRTUAL_ENV": "/venv"}, ["python", "python3"], ("/venv/bin/python", "VIRTUAL_ENV")),
    ({"CONDA_PREFIX": "/conda"}, ["python", "python3"], ("/conda/bin/python", "CONDA_PREFIX")),
    ({}, ["python", "python3"], ("python", "PATH")),
    ({}, [], (None, "PATH")),
    ({"CONDA_PREFIX": "/conda", "VIRTUAL_ENV": "/venv"}, ["python3"], ("python3", "PATH")),
    ({"PYO3_PYTHON": "", "VIRTUAL_ENV": ""}, ["python3"], ("python3", "PATH")),
    # Requirement 4: the old name, below the new one.
    (_ALL | {"PYO3_PYTHON": None}, ["python"], ("python3.6", "PYTHON_SYS_EXECUTABLE")),
    (_ALL, ["python"], ("pypy3", "PYO3_PYTHON")),
    # Requirement 5: names and paths.
    ({"PYO3_PYTHON": "/opt/python"}, [], ("/opt/python", "PYO3_PYTHON")),
]

_NOTICES = [
    ({"PYTHON_SYS_EXECUTABLE": "python3.6"}, "PYTHON_SYS_EXECUTABLE is an old name"),
    ({"CONDA_PREFIX": "/conda", "VIRTUAL_ENV": "/venv"}, "VIRTUAL_ENV and CONDA_PREFIX are both set, so neither is used"),
]

def _choose(variables, names):
    asked = []

    def getenv(name):
        asked.append(name)
        return variables.get(name)

    return choose_interpreter(getenv, lambda name: name in names, False), asked

def _req_2_to_5_choice_test_impl(ctx):
    env = unittest.begin(ctx)
    for variables, names, expected in _CHOICES:
        chosen, _ = _choose(variables, names)
        asserts.equals(env, expected, (chosen.name, chosen.origin), repr(variables))
    for variables, notice in _NOTICES:
        chosen, _ = _choose(variables, ["python3"])
        asserts.equals(env, 1, len(chosen.notices))
        asserts.true(env, chosen.notices[0].startswith(notice), chosen.notices[0])
    return unittest.end(env)

_req_2_to_5_choice_test = unittest.make(_req_2_to_5_choice_test_impl)

def _req_66_asked_variables_test_impl(ctx):
    """A repository depends on the variables that it asked for."""
    env = unittest.begin(ctx)
    asserts.equals(env, ["PYO3_PYTHON"], _choose(_ALL, [])[1])
    asserts.equals(env, ["PYO3_PYTHON", "PYTHON_SYS_EXECUTABLE"], _choose(_ALL | {"PYO3_PYTHON": None}, [])[1])
    searched = ["PYO3_PYTHON", "PYTHON_SYS_EXECUTABLE", "VIRTUAL_ENV", "CONDA_PREFIX"]
    asserts.equals(env, searched, _choose({}, ["python3"])[1])
    return unittest.end(env)

_req_66_asked_variables_test = unittest.make(_req_66_asked_variables_test_impl)

def _req_3_environment_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "C:\\venv/Scripts/python.exe", environment_interpreter("C:\\venv", None, True).path)
    asserts.equals(env, "C:\\conda/python.exe", environment_interpreter(None, "C:\\conda", True).path)
    asserts.equals(env, None, environment_interpreter("", None, False).path)
    for stdout, stderr, expected in [
        ("Python 3.13.1\n", "", True),
        ("GraalPy 3.12.8 (Oracle GraalVM Native 25.0.0)\n", "", True),
        ("", "Python 3.3.0\n", True),
        ("", "Python 2.7.18\n", False),
        ("", "", False),
    ]:
        asserts.equals(env, expected, says_python3(stdout, stderr), stdout + stderr)
    return unittest.end(env)

_req_3_environment_test = unittest.make(_req_3_environment_test_impl)

def find_interpreter_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name, _req_2_to_5_choice_test, _req_66_asked_variables_test, _req_3_environment_test)
