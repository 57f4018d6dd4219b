"""Small wheels, good and bad, that are compiled here, and who else judges them: auditwheel and abi3audit.

The extensions are linked with stand-ins of libraries, so that it is told here and not by this machine's own libraries
which versions of which symbols they need.
"""

from __future__ import annotations

import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyo3_triple
import pyo3_wheel_library
import pyo3_wheel_tags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_wheel_library import SharedLibrary
    from pyo3_wheel_tags import ExtensionTag

MACHINE = platform.machine()
GLIBC, MUSL = f"{MACHINE}-unknown-linux-gnu", f"{MACHINE}-unknown-linux-musl"
# The start of a path in runfiles.
SITE = pathlib.Path(os.environ.get("AUDITWHEEL", "site/bin/auditwheel")).absolute().parent.parent
MODULE = "pkg/sample.abi3.so"


@dataclass(frozen=True)
class Sample:
    """What an extension needs."""

    name: str
    libraries: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """Name of a library to version to symbols; the version "" stands for none."""
    python: Sequence[str] = ("PyList_New",)
    entry: str = "PyInit_sample"
    flags: Sequence[str] = ()
    packed: bool = False
    """Whether the wheel has the libraries besides libc, in pkg.libs."""

    def __str__(self) -> str:
        """Give what pytest shows."""
        return self.name


class Builder:
    """Compiles samples in a folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        """Use an existing folder."""
        self.folder = folder

    def compile(self, name: str, code: str, flags: Sequence[str | pathlib.Path]) -> pathlib.Path:
        """Compile C code to a shared library that has nothing in it but that."""
        source = self.folder / f"{name}.c"
        source.write_text(code, encoding="utf-8")
        output = self.folder / name
        words = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-w", "-nostdlib", "-o", output, source, *flags]
        subprocess.run(list(map(str, words)), check=True)
        return output

    def stand_in(self, sample: str, library: str, versions: Mapping[str, Sequence[str]]) -> pathlib.Path:
        """Make a library that has the symbols, each in its version."""
        symbols = [symbol for names in versions.values() for symbol in names]
        script = self.folder / f"{sample}.{library}.map"
        nodes = [f"{version} {{ global: {'; '.join(names)}; }};" for version, names in versions.items() if version]
        script.write_text("\n".join(nodes), encoding="utf-8")
        flags: list[str | pathlib.Path] = [
            f"-Wl,-soname,{library}",
            *([f"-Wl,--version-script={script}"] if nodes else []),
        ]
        code = "".join(f"int {symbol}(void) {{ return 0; }}\n" for symbol in symbols)
        return self.compile(f"{sample}.{library}", code, flags)

    def wheel(self, sample: Sample, tag: str = "cp310-abi3") -> Wheel:
        """Make a wheel with the sample's extension."""
        stand_ins = {name: self.stand_in(sample.name, name, found) for name, found in sample.libraries.items()}
        used = [symbol for found in sample.libraries.values() for names in found.values() for symbol in names]
        called = [*sample.python, *used]
        code = "".join(f"extern int {symbol}(void);\n" for symbol in called)
        code += f"int {sample.entry}(void) {{ return {' + '.join(f'{symbol}()' for symbol in called)}; }}\n"
        flags: list[str | pathlib.Path] = ["-Wl,--no-as-needed", *stand_ins.values(), *sample.flags]
        library = self.compile(f"{sample.name}.so", code, flags)
        files = {MODULE: library}
        if sample.packed:
            files.update({f"pkg.libs/{name}": file for name, file in stand_ins.items() if not name.startswith("libc.")})
        path = self.folder / sample.name / f"sample-1.0-{tag}-linux_{MACHINE}.whl"
        path.parent.mkdir()
        write_wheel(path, files)
        return Wheel(path, tag, files)


@dataclass(frozen=True)
class Wheel:
    """A wheel for Linux that makes no promises yet."""

    path: pathlib.Path
    tag: str
    files: Mapping[str, pathlib.Path]

    def platform(self, request: str = "auto", target: str = GLIBC) -> str:
        """Give the platform that we find for it, the newest name of it.

        Raises:
            ToolError: we refuse it.
        """
        libraries = [pyo3_wheel_library.of_file(path, str(file)) for path, file in self.files.items()]
        tags = pyo3_wheel_tags.wheel_tags([self._extension(libraries[0], target)], request, libraries[1:])
        return tags.platform.split(".")[-1]

    def _extension(self, library: SharedLibrary, target: str) -> ExtensionTag:
        python, abi = self.tag.split("-")
        triple = pyo3_triple.parse_triple(target)
        return pyo3_wheel_tags.ExtensionTag(library, python, abi, f"linux_{MACHINE}", triple)

    def auditwheel(self) -> dict[str, Any]:
        """Give what auditwheel finds."""
        # Without the option it looks at this machine's own libraries and what those need.
        done = run_peer("auditwheel", "show", "--json", f"--ldpaths={self.path.parent}", str(self.path))
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def abi3audit(self) -> dict[str, Any]:
        """Give what abi3audit finds in the extension."""
        done = run_peer("abi3audit", "--report", str(self.path))
        specs = json.loads(done.stdout)["specs"]
        result: dict[str, Any] = specs[str(self.path)]["wheel"][0]["result"]
        return result


def run_peer(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a peer with its own libraries."""
    scratch = os.environ.get("TEST_TMPDIR") or tempfile.gettempdir()
    environment = {
        "HOME": scratch,
        "PATH": os.environ["PATH"],
        # They are run many times, and the files of a repository are not compiled.
        "PYTHONPYCACHEPREFIX": f"{scratch}/peers.pycache",
        "PYTHONPATH": str(SITE),
    }
    words = [sys.executable, "-m", module, *arguments]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def write_wheel(path: pathlib.Path, files: Mapping[str, pathlib.Path]) -> None:
    """Write as much of a wheel as the peers read."""
    tag = path.stem.split("-", 2)[2]
    texts = {
        "METADATA": "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n",
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: {tag}\n",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for name, file in files.items():
            wheel.write(file, name)
        for name, text in texts.items():
            wheel.writestr(f"sample-1.0.dist-info/{name}", text)
        names = [*files, *(f"sample-1.0.dist-info/{name}" for name in (*texts, "RECORD"))]
        wheel.writestr("sample-1.0.dist-info/RECORD", "".join(f"{name},,\n" for name in names))
