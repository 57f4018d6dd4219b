"""Prints where the standard library of the Python that runs it lies, as one JSON object on stdout.

Run as `python -I -B pyo3_bundle_ask.py`, by an installed Python. Only the standard library is imported.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig


def main() -> int:
    """Print the answer."""
    answer = {
        "schema": 1,
        # Not sysconfig's paths: those of a free-threaded 3.13 lack the "t" of its folder.
        "stdlib": os.path.dirname(os.__file__),
        # Modules for the processor; where lib and lib64 differ they have a folder of their own.
        "platstdlib": next((os.path.dirname(path) for path in sys.path if path.endswith("lib-dynload")), None),
        # The folder of a prefix that Python looks into, such as "lib64": it is compiled into libpython.
        "platlibdir": getattr(sys, "platlibdir", "lib"),
        "lib_dir": sysconfig.get_config_var("LIBDIR"),
    }
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
