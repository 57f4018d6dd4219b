"""Makes a folder of a program that carries Python: it runs where there is no Python and nothing of the build.

bin/PROGRAM, PROGRAM        the program, and a shell script that starts it
PROGRAM.pyo3.cfg            tells it where its Python is
lib/                        libpython, and other shared libraries that are needed
lib/pythonX.Y/              the standard library
app/                        Python libraries and extensions, as in runfiles
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

import pyo3_bundle_elf
import pyo3_bundle_libraries
import pyo3_bundle_plan
import pyo3_bundle_stdlib
import pyo3_common
import pyo3_embed_config
import pyo3_facts
import pyo3_probe_run
from pyo3_bundle_libraries import LIBRARIES
from pyo3_bundle_plan import Plan
from pyo3_common import ToolError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from pyo3_bundle_stdlib import StandardLibrary

_SECONDS = 60.0


class Listed(NamedTuple):
    """A line of the list of files: `kind TAB path TAB file`."""

    kind: str
    """"file": of the program's Python dependencies, by its short path; "root": the same, by its path in runfiles;
    "python": of a Python that lies in the build."""
    path: str
    file: str
    """Empty: an empty file."""


def parse_list(text: str) -> list[Listed]:
    """Parse the list of files; what is a folder in the build is one line."""
    return [Listed(*line.split("\t")) for line in text.split("\n") if line]


def expand(listed: Listed) -> Iterator[Listed]:
    """Give the files of a line: of a folder, those in it."""
    if not os.path.isdir(listed.file):
        yield listed
        return
    for top, _, names in os.walk(listed.file):
        below = os.path.relpath(top, listed.file).replace(os.sep, "/")
        for name in names:
            yield Listed(listed.kind, f"{listed.path}/{below}/{name}", os.path.join(top, name))


def check_platform(facts: pyo3_facts.Facts) -> None:
    """Refuse what cannot be bundled.

    Raises:
        ToolError: the program is not for Linux.
    """
    if facts.sys_platform != "linux":
        raise ToolError(
            f"the program is built for {facts.sys_platform}, expected linux: bundles of other systems are not "
            'supported yet; exclude the target there with `target_compatible_with = ["@platforms//os:linux"]`'
        )


def make_plan(args: argparse.Namespace, listed: Sequence[Listed], stdlib: StandardLibrary) -> Plan:
    """Decide what lies where, all but the shared libraries that are needed.

    Raises:
        ToolError: two files would lie at one place.
    """
    program = os.path.basename(args.program)
    config = os.path.basename(args.config_path)
    plan = Plan(exclude=tuple(args.exclude))
    plan.texts[program] = pyo3_bundle_plan.launcher(program)
    imports = pyo3_bundle_plan.app_imports(pyo3_common.read_text(args.config, "configuration"), args.config_path)
    # No program in a bundle is a Python: what starts sys.executable is not to start this one again.
    plan.texts[config] = pyo3_embed_config.render_config(config, "", ".", imports)
    plan.files[f"bin/{program}"] = args.program
    for library in args.library:
        plan.files[f"{LIBRARIES}/{os.path.basename(library)}"] = library
    for path, file in stdlib.files:
        plan.copy(f"{stdlib.place}/{path}", file)
    for line in listed:
        if line.kind != "python":
            place = pyo3_bundle_plan.app_place(line.path, args.workspace if line.kind == "file" else "")
            if line.file:
                plan.copy(place, line.file)
            elif not plan.is_excluded(place):
                plan.texts[place] = ""
    plan.check_folders()
    return plan


def write_folder(plan: Plan, program: str, folder: str) -> None:
    """Write the files of a plan, with fixed permissions."""
    for place in sorted({*plan.files, *plan.texts}):
        target = os.path.join(folder, place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if place in plan.texts:
            pyo3_common.write_text(target, plan.texts[place])
        else:
            _copy(plan.files[place], target, place)
        os.chmod(target, 0o755 if place in (program, f"bin/{program}") else 0o644)


def _copy(file: str, target: str, place: str) -> None:
    if ".so" not in os.path.basename(place):
        shutil.copyfile(file, target)
        return
    with open(file, "rb") as source, open(target, "wb") as stream:  # noqa: PTH123
        stream.write(pyo3_bundle_elf.with_relative_run_paths(source.read(), file))


def _find_stdlib(args: argparse.Namespace, listed: Sequence[Listed], facts: pyo3_facts.Facts) -> StandardLibrary:
    version = f"{facts.version[0]}.{facts.version[1]}"
    if args.interpreter:
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pyo3_bundle_ask.py")
        answer = pyo3_probe_run.run_probe(args.interpreter, script, _SECONDS)
        return pyo3_bundle_stdlib.from_answer(answer, args.interpreter, version, facts.extension_suffixes)
    runtime = [line.file for line in listed if line.kind == "python"]
    return pyo3_bundle_stdlib.from_runtime(runtime, version, facts.extension_suffixes)


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser("Makes a folder of a program that carries Python.")
    parser.add_argument("--facts", required=True, help="facts.json of the Python")
    parser.add_argument("--program", required=True, help="the executable")
    parser.add_argument("--config", required=True, help="NAME.pyo3.cfg of the program")
    parser.add_argument("--config-path", required=True, help="its path in runfiles")
    parser.add_argument("--workspace", required=True, help="the main repository in runfiles")
    parser.add_argument("--library", action="append", default=[], help="libpython, named as the program asks for it")
    parser.add_argument("--interpreter", help="an installed Python; without it the list of files names its own")
    parser.add_argument("--files", required=True, help="the list of files, lines of `kind TAB path TAB file`")
    parser.add_argument("--exclude", action="append", default=[], help="pattern of places that stay empty")
    parser.add_argument("--output", required=True, help="the folder")
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    facts = pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), args.facts)
    check_platform(facts)
    lines = parse_list(pyo3_common.read_text(args.files, "list of files"))
    listed = [each for line in lines for each in expand(line)]
    stdlib = _find_stdlib(args, listed, facts)
    plan = make_plan(args, listed, stdlib)
    runtime = [line.file for line in listed if line.kind == "python"]
    folders = pyo3_bundle_libraries.library_folders(stdlib.lib_dir, facts.multiarch)
    added = pyo3_bundle_libraries.needed_libraries(
        plan.files,
        lambda file: pyo3_bundle_elf.read_elf_object(file, file),
        pyo3_bundle_libraries.Machine({os.path.basename(file): file for file in runtime}, folders).find,
        plan.is_excluded,
    )
    plan.files.update(added)
    plan.check_folders()
    write_folder(plan, os.path.basename(args.program), args.output)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the folder; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
