"""Checks that a Python imports a module that was not built for it alone, one for a stable ABI.

The importer goes by the name only: a Python that is older than the floor loads the file all the same where it knows the
suffix, and then fails for want of a symbol, if it fails.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pyo3_common
import pyo3_facts
import pyo3_tag_checks
from pyo3_abi import ABI3, ABI3T, dotted
from pyo3_common import ToolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyo3_facts import Facts

_PYTHON = re.compile(r"cp(\d)(\d+)")


def check(facts: Facts, tag: Mapping[str, Any], origin: str) -> None:
    """Refuse a module that an interpreter does not import.

    Args:
        facts: the interpreter.
        tag: the object of tag.json.
        origin: what messages call that file.

    Raises:
        ToolError: the interpreter has not this stable ABI, is too old for it, or does not know the suffix.
    """
    try:
        suffix, python, abis = tag["ext_suffix"], tag["wheel_tag"]["python"], tag["wheel_tag"]["abi"].split(".")
    except (AttributeError, KeyError, TypeError) as error:
        raise ToolError(f"{origin} has no {error}, expected what the tag tool writes: write it again") from error
    matched = _PYTHON.fullmatch(python)
    if matched is not None and ABI3 in abis:
        kind = ABI3T if ABI3T in abis else ABI3
        pyo3_tag_checks.check_stable(facts, kind, (int(matched[1]), int(matched[2])))
    pyo3_tag_checks.check_suffix(facts, suffix)


def _parser() -> pyo3_common.ArgumentParser:
    parser = pyo3_common.ArgumentParser(__doc__)
    parser.add_argument("--facts", required=True, help="of the interpreter that will import the module")
    parser.add_argument("--tag", required=True, help="tag.json of the module")
    parser.add_argument("--output", required=True, help="written when all is well")
    return parser


def _work(argv: Sequence[str]) -> None:
    args = _parser().parse_args(argv)
    facts = pyo3_facts.parse_facts(pyo3_common.read_json(args.facts, "facts"), f"the facts {args.facts}")
    tag = pyo3_common.read_json(args.tag, "tag")
    check(facts, tag, f"the tag {args.tag}")
    text = f"{tag['file_name']} is imported by {facts.implementation} {dotted(facts.version[:2])}\n"
    pyo3_common.write_text(args.output, text)


def main(argv: Sequence[str] | None = None) -> int:
    """Check; see `--help`."""
    return pyo3_common.run(_work, argv)


if __name__ == "__main__":
    sys.exit(main())
