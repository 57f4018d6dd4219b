"""The repaired wheel as it is installed: everything that it needs came with it."""

import pathlib

import mathtools

SITE = pathlib.Path(mathtools.__file__).parent.parent

assert mathtools.add(1) == 42
libraries = sorted(path.name.partition("-")[0] for path in (SITE / "math_tools.libs").iterdir())
assert libraries == ["libbase", "libsums"], libraries
loaded = {line.split()[-1] for line in pathlib.Path("/proc/self/maps").read_text().splitlines() if "/lib" in line}
ours = [path for path in loaded if "libsums" in path or "libbase" in path]
assert len(ours) == 2 and all(path.startswith(str(SITE.resolve())) for path in ours), ours
