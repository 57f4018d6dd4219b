"""Imports the extensions that are named by arguments, PACKAGE=CFG,CFG, all into one process."""

import importlib
import sys

for argument in sys.argv[1:]:
    package, _, cfgs = argument.partition("=")
    module = importlib.import_module(package + ".my_ext")
    assert module.Counter(1).add(2) == 3
    assert module.cfgs() == cfgs.split(","), (package, module.cfgs())
    assert module.running() == sys.version_info[:2]
    print(package, module.__file__)
assert sys.argv[1:]
