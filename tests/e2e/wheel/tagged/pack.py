"""Packs a wheel as py_wheel does: for no platform, whatever is in it."""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

INFO = "packed_tools-2.0.dist-info"
METADATA = "Metadata-Version: 2.1\nName: packed_tools\nVersion: 2.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: pack\nRoot-Is-Purelib: true\nTag: py3-none-any\n"

output, name_file, *pairs = sys.argv[1:]
files = {}
for pair in pairs:
    place, _, source = pair.partition("=")
    files[place] = Path(source).read_bytes()
files[f"{INFO}/METADATA"] = METADATA.encode()
files[f"{INFO}/WHEEL"] = WHEEL.encode()
record = ""
for place, content in sorted(files.items()):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    record += f"{place},sha256={digest},{len(content)}\n"
files[f"{INFO}/RECORD"] = f"{record}{INFO}/RECORD,,\n".encode()
with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
    for place, content in files.items():
        archive.writestr(zipfile.ZipInfo(place), content)
Path(name_file).write_text("packed_tools-2.0-py3-none-any.whl", encoding="utf-8")
