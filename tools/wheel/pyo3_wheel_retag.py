"""Corrects the tags of a wheel that another tool packed: they follow from the extensions in it.

The file name, WHEEL and RECORD say what they have to; every other file stays as it is, in its place and with its time
and mode. NAME.retag.json (tools/common/schemas/retag.schema.json) says what the target states.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_wheel_check
import pyo3_wheel_tags
from pyo3_common import ToolError
from pyo3_wheel_archive import record_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_wheel_tags import ExtensionTag, Tags

# Fields of WHEEL that follow from what is in the wheel and from its name.
_CORRECTED = ("build", "root-is-purelib", "tag", "")


def place_of(files: Mapping[str, bytes], source: str, label: str) -> str:
    """Find an extension in a wheel, by its name and content.

    Args:
        files: content of the wheel by path.
        source: the extension.
        label: the target that makes it.

    Raises:
        ToolError: the wheel has no such file, or another one under its name.
    """
    name = os.path.basename(source)
    named = sorted(path for path in files if os.path.basename(path) == name)
    with open(source, "rb") as stream:  # noqa: PTH123 (pathlib is slow to import)
        content = stream.read()
    same = [path for path in named if files[path] == content]
    if not named:
        raise ToolError(
            f"the wheel has no {name}, which {label} makes, expected all extensions of `deps` in it: add {label} to "
            "what the wheel packs, or drop it here"
        )
    if not same:
        raise ToolError(
            f"{named[0]} in the wheel is not the file that {label} makes, expected the same bytes: build both for one "
            "Python and in one configuration"
        )
    return same[0]


def find_tags(files: Mapping[str, bytes], retag: Mapping[str, Any]) -> Tags:
    """Find out which tags a wheel has to have.

    Args:
        files: its content by path.
        retag: the object of NAME.retag.json.

    Raises:
        ToolError: an extension is missing, extensions differ, or the platform is not what they need.
    """
    found: list[ExtensionTag] = []
    for each in retag["extensions"]:
        path = place_of(files, each["source"], each["label"])
        tag, gates = pyo3_common.read_json(each["tag"], "tag"), pyo3_common.read_json(each["gates"], "gates")
        found.append(pyo3_wheel_tags.extension_tag(path, tag, gates, each["target"]))
    modules = {each.library.path for each in found}
    others = pyo3_wheel_check.read_libraries({path: data for path, data in files.items() if path not in modules})
    return pyo3_wheel_tags.wheel_tags(found, retag["platform"], others)


def corrected_wheel(text: str, tags: Tags, build: str = "") -> str:
    """Give WHEEL with other tags; py_wheel writes no build tag there."""
    lines = text.splitlines()
    kept = [line for line in lines if line.partition(":")[0].strip().lower() not in _CORRECTED]
    pure = f"Root-Is-Purelib: {str(tags.pure).lower()}"
    return "\n".join(
        [*kept, pure, *(f"Tag: {tag}" for tag in tags.lines()), *([f"Build: {build}"] if build else []), ""]
    )


def corrected_record(text: str, path: str, data: bytes) -> str:
    """Give RECORD with other content of one file."""
    lines = text.splitlines(keepends=True)
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow((path, record_hash(data), len(data)))
    for index, line in enumerate(lines):
        if next(csv.reader([line]), [])[:1] == [path]:
            lines[index] = row.getvalue() + line[len(line.rstrip("\r\n")) :]
    return "".join(lines)


def _text(files: Mapping[str, bytes], path: str, name: str) -> str:
    """Give the text of a file in the .dist-info folder."""
    if path not in files:
        raise ToolError(f"{name} has no {path}, expected a wheel: build it anew")
    try:
        return files[path].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ToolError(f"{path} in {name} is not UTF-8 (byte {error.start}), expected UTF-8: build it anew") from error


def write_copy(source: str, output: str, changed: Mapping[str, bytes]) -> None:
    """Write an archive again with other content of some files, whole or not at all."""
    temporary = f"{output}.tmp{os.getpid()}"
    try:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(temporary, "w") as new:
            for info in old.infolist():
                copy = zipfile.ZipInfo(info.filename, info.date_time)
                copy.compress_type = info.compress_type
                copy.create_system = info.create_system
                copy.external_attr = info.external_attr
                new.writestr(copy, changed[info.filename] if info.filename in changed else old.read(info))
        os.replace(temporary, output)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def retag_wheel(retag: Mapping[str, Any], output: str) -> str:
    """Write the wheel with its right tags; give its name.

    Args:
        retag: the object of NAME.retag.json.
        output: an existing folder.

    Raises:
        ToolError: something of it is wrong; then nothing is written.
    """
    source, name_file = retag["wheel"], retag["name_file"]
    name = pyo3_common.read_text(name_file, "name of the wheel").strip() if name_file else os.path.basename(source)
    distribution, version, _, build = pyo3_wheel_check.parse_name(name)
    files = pyo3_wheel_check.read_files(source)
    folder = "-".join(name.split("-")[:2]) + ".dist-info"
    old_record, old_wheel = (_text(files, f"{folder}/{each}", name) for each in ("RECORD", "WHEEL"))
    tags = find_tags(files, retag)
    wheel = corrected_wheel(old_wheel, tags, build).encode("utf-8")
    record = corrected_record(old_record, f"{folder}/WHEEL", wheel)
    correct = pyo3_wheel_tags.wheel_file_name(distribution, str(version), tags, build)
    changed = {f"{folder}/WHEEL": wheel, f"{folder}/RECORD": record.encode("utf-8")}
    write_copy(source, os.path.join(output, correct), changed)
    return correct


def _work(argv: Sequence[str]) -> None:
    parser = pyo3_common.ArgumentParser(__doc__ or "")
    parser.add_argument("--retag", required=True, help="NAME.retag.json")
    parser.add_argument("--output", required=True, help="an existing folder")
    options = parser.parse_args(argv)
    retag_wheel(pyo3_common.read_json(options.retag, "description of the wheel"), options.output)


def main(argv: Sequence[str] | None = None) -> int:
    """Correct tags; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
