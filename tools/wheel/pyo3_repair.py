"""Grafts shared libraries into a wheel for Linux, with auditwheel and patchelf.

auditwheel looks for libraries in one private folder, which holds those that the target names; nothing of the machine
that builds is looked at. What it makes is packed anew, so that the bytes follow from the inputs.
"""

from __future__ import annotations

import os
import posixpath
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyo3_auditwheel
import pyo3_common
import pyo3_graft
import pyo3_platform_policy
import pyo3_triple
import pyo3_wheel_archive
import pyo3_wheel_check
import pyo3_wheel_contents
import pyo3_wheel_library
import pyo3_wheel_set
from packaging import tags
from pyo3_auditwheel import Patchelf
from pyo3_common import ToolError
from pyo3_graft import Given
from pyo3_wheel_archive import Entry

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from pyo3_triple import Triple
    from pyo3_wheel_library import SharedLibrary

_KINDS = ("gnu", "musl")
_OTHERS = {"macos": "delocate", "windows": "delvewheel"}


@dataclass(frozen=True)
class Wheel:
    """A wheel that is taken apart."""

    name: str
    folder: str
    """Where it was unpacked."""
    files: frozenset[str]
    executable: frozenset[str]
    libraries: tuple[SharedLibrary, ...]
    compression: str

    @property
    def grafts(self) -> str:
        """Where auditwheel puts libraries."""
        return self.name.split("-")[0] + ".libs"


def check_target(name: str, target: Triple) -> None:
    """Refuse wheels that auditwheel does not repair.

    Args:
        name: of the wheel.
        target: what it is built for.

    Raises:
        ToolError: it is for another system, or for all of them.
    """
    if all(tag.platform == "any" for tag in pyo3_wheel_check.parse_name(name)[2]):
        raise ToolError(
            f"{name} is for every platform and has no extension module, expected a wheel with one: there is nothing to "
            "graft, use it as it is"
        )
    if target.os != "linux" or target.env not in _KINDS:
        other = _OTHERS.get(target.os)
        raise ToolError(
            f"{name} is built for {target.name}, expected Linux with glibc or musl, as auditwheel repairs no others: "
            + (f"run {other} on the finished wheel, or link" if other else "link")
            + " the libraries statically or pack them beside the extension"
        )


def unpack(path: str, folder: str) -> Wheel:
    """Take a wheel apart into a new folder."""
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        archive.extractall(folder, infos)
    files = frozenset(info.filename for info in infos)
    return Wheel(
        os.path.basename(path),
        folder,
        files,
        frozenset(info.filename for info in infos if info.external_attr >> 16 & 0o111),
        tuple(
            pyo3_wheel_library.of_file(name, os.path.join(folder, name))
            for name in sorted(files)
            if pyo3_wheel_contents.is_library(name)
        ),
        "deflated" if any(info.compress_type for info in infos) else "stored",
    )


def forget_run_paths(wheel: Wheel, patchelf: Patchelf) -> None:
    """Take those run paths off that lead out of the wheel, or nowhere: auditwheel would follow them."""
    for library in wheel.libraries:
        beside = posixpath.dirname(library.path)
        kept = []
        for path in library.run_paths:
            place = posixpath.normpath(posixpath.join(beside, path.replace("${ORIGIN}", "$ORIGIN")[len("$ORIGIN/") :]))
            inside = path.startswith("$") and not place.startswith("..")
            if inside and os.path.isdir(os.path.join(wheel.folder, place)):
                kept.append(path)
        if kept != list(library.run_paths):
            patchelf.set_run_paths(os.path.join(wheel.folder, library.path), kept)


def gather(sources: Sequence[str], folder: str, patchelf: Patchelf) -> dict[str, Given]:
    """Copy libraries into a new folder, under the names by which others call them.

    Raises:
        ToolError: a file is no library, or two have one name.
    """
    os.mkdir(folder)
    given = []
    for source in sources:
        name = patchelf.soname(source) or os.path.basename(source)
        given.append(Given(name, source, os.path.join(folder, name)))
    found = pyo3_graft.by_name(given)
    for each in found.values():
        shutil.copyfile(each.source, each.copy)
        os.chmod(each.copy, 0o755)
        # They are all here, and auditwheel would follow what leads elsewhere.
        patchelf.set_run_paths(each.copy, [])
    return found


def pack(wheel: Wheel, output: str, compression: str, epoch: str | None) -> None:
    """Write a wheel that was taken apart."""
    dist_info = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    entries = [
        Entry(path, os.path.join(wheel.folder, path), executable=path in wheel.executable)
        for path in sorted(wheel.files - {f"{dist_info}/RECORD"})
    ]
    pyo3_wheel_archive.write_archive(output, entries, dist_info, compression=compression, epoch=epoch)


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        return stream.read()


def new_libraries(before: Wheel, after: Wheel, given: Mapping[str, Given], policy: str) -> list[str]:
    """Give the paths of what was grafted.

    Raises:
        ToolError: nothing was, or something of this machine.
    """
    known = {library.path for library in before.libraries}
    found = [library.path for library in after.libraries if library.path not in known]
    if not found:
        raise ToolError(
            f"{before.name} needs no library that neither it nor {policy} has, expected a wheel that needs one of "
            "`libraries`: it is repaired already, or was never broken; use it as it is"
        )
    pyo3_graft.check_origins(found, {name: _read(each.copy) for name, each in given.items()})
    return found


def write_tags(wheel: Wheel, platforms: Sequence[str]) -> str:
    """Write the tags of the wheel into WHEEL; give the wheel's new name."""
    start, python, abi, _ = wheel.name[: -len(".whl")].rsplit("-", 3)
    tag = f"{python}-{abi}-{'.'.join(platforms)}"
    path = os.path.join(wheel.folder, "-".join(wheel.name.split("-")[:2]) + ".dist-info", "WHEEL")
    lines = [
        line for line in pyo3_common.read_text(path, "WHEEL").splitlines() if line and not line.startswith("Tag: ")
    ]
    pyo3_common.write_text(
        path, "\n".join([*lines, *(f"Tag: {each}" for each in sorted(map(str, tags.parse_tag(tag)))), ""])
    )
    return f"{start}-{tag}.whl"


def repair(options: Namespace, scratch: str) -> str:
    """Write the repaired wheel; give its name.

    Args:
        options: of the command line.
        scratch: an empty folder.

    Raises:
        ToolError: the wheel cannot be repaired; then nothing is written.
    """
    path, target = pyo3_wheel_set.only_wheel(options.wheel), pyo3_triple.parse_triple(options.target)
    name = os.path.basename(path)
    check_target(name, target)
    wanted = pyo3_platform_policy.Wanted(options.platform, target, "")
    patchelf = Patchelf(options.patchelf, os.path.join(scratch, "bin"))
    pyo3_wheel_check.read_files(path)
    before = unpack(path, os.path.join(scratch, "before"))
    given = gather(options.library, os.path.join(scratch, "libraries"), patchelf)
    forget_run_paths(before, patchelf)
    promised = pyo3_graft.grafted(before.libraries, given, before.grafts)
    policy = pyo3_graft.platform_with(wanted, pyo3_wheel_library.without(promised, options.exclude), given)[-1]
    plain, repaired = os.path.join(scratch, "plain"), os.path.join(scratch, "repaired")
    os.mkdir(plain)
    os.mkdir(repaired)
    pack(before, os.path.join(plain, name), "stored", None)
    pyo3_auditwheel.graft(
        os.path.join(plain, name), repaired, os.path.join(scratch, "libraries"), policy, options.exclude, patchelf
    )
    after = unpack(os.path.join(repaired, name), os.path.join(scratch, "after"))
    new_libraries(before, after, given, policy)
    platforms = pyo3_graft.platform_with(wanted, pyo3_wheel_library.without(after.libraries, options.exclude), given)
    name = write_tags(after, platforms)
    pack(after, os.path.join(options.output, name), before.compression, options.epoch)
    return name


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--wheel", required=True, help="a folder that holds one wheel")
    parser.add_argument("--library", action="append", default=[], help="a library that may be grafted")
    parser.add_argument(
        "--exclude", action="append", default=[], help="pattern of names of libraries that are left alone"
    )
    parser.add_argument("--platform", required=True, help='"auto", or a policy such as "manylinux_2_28"')
    parser.add_argument("--target", required=True, help="the Rust target that the wheel is built for")
    parser.add_argument("--patchelf", required=True, help="the program")
    parser.add_argument("--epoch", help="SOURCE_DATE_EPOCH")
    parser.add_argument("--output", required=True, help="an existing folder")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        repair(options, os.path.realpath(scratch))


def main(argv: Sequence[str] | None = None) -> int:
    """Repair a wheel; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
