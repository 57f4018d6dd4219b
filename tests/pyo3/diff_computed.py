"""Our side: what the config and flags stages compute for a case."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyo3_build_scripts
import pyo3_common
import pyo3_config_file
import pyo3_facts
import pyo3_probe_run
import pyo3_resolve
import pyo3_support
import pyo3_triple
import pyo3_versions
from diff_outputs import ScriptOutputs, comparable_config, read_outputs
from diff_programs import BUILD_CONFIG, SCRIPTED, enabled_features
from diff_run import Result
from pyo3_settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diff_case import Case
    from diff_programs import Programs
    from pyo3_build_scripts import CrateOutputs
    from pyo3_facts import Facts

_PROBE_SECONDS = 60


@functools.cache
def _ask(probe: str, interpreter: str) -> Facts:
    origin = f"the Python interpreter {interpreter}"
    printed = pyo3_common.parse_json(pyo3_probe_run.run_probe(interpreter, probe, _PROBE_SECONDS, paths=True), origin)
    return pyo3_facts.parse_facts(printed, origin)


def compute_case(case: Case, programs: Programs, probe: str) -> Result:
    """Compute what the build scripts of a case tell Cargo, or that they refuse."""
    try:
        return _outputs(case, programs, probe)
    except pyo3_common.ToolError as error:
        return Result({}, str(error))


def _outputs(case: Case, programs: Programs, probe: str) -> Result:
    pyo3 = pyo3_versions.pyo3_version(case.version)
    features = enabled_features(programs.features, frozenset(case.features))
    settings = Settings.from_environment({"PATH": "/nonexistent", **dict(case.environment)})
    target, host = pyo3_triple.parse_triple(case.target), pyo3_triple.parse_triple(case.host)
    resolved = pyo3_resolve.resolve(
        pyo3_resolve.Request(
            pyo3=pyo3,
            features=features["pyo3"],
            target=target,
            host=host,
            settings=settings,
            facts=None,
            overrides={},
            ask=functools.partial(_ask, probe),
            keep_paths=True,
        )
    )
    config = resolved.config
    if settings.print_config == "1":
        text = comparable_config(pyo3_config_file.write(config, pyo3))
        return Result({"pyo3-ffi": ScriptOutputs(config=text)})
    pyo3_support.check(config, pyo3, target, settings)
    rustc = pyo3_build_scripts.RustcVersion(case.rustc, "stable", case.host)
    outputs = {}
    for crate in SCRIPTED:
        if crate in programs.paths and crate != BUILD_CONFIG:
            computed = pyo3_build_scripts.crate_outputs(
                crate,
                case.version,
                features[crate],
                rustc,
                target,
                config,
                extension_module=settings.extension_module(features["pyo3"], pyo3),
                raw_dylib=settings.raw_dylib,
                no_std=settings.no_std,
                cross=resolved.source == "cross",
            )
            outputs[crate] = read_outputs(as_lines(computed))
    return Result(outputs)


def as_lines(outputs: CrateOutputs) -> Iterator[str]:
    """Say it as a build script would."""
    texts: Mapping[str, tuple[str, ...]] = {
        "rustc-cfg": outputs.cfgs,
        "rustc-check-cfg": outputs.check_cfgs,
        "rustc-env": tuple(f"{name}={value}" for name, value in outputs.env),
        "rustc-link-lib": tuple(each[2:] for each in outputs.link_args if each.startswith("-l")),
        "rustc-link-arg": tuple(each for each in outputs.link_args if not each.startswith("-l")),
        "rustc-link-search": outputs.link_search,
        "rustc-cdylib-link-arg": outputs.cdylib_link_args,
        "warning": outputs.warnings,
    }
    for key, values in texts.items():
        yield from (f"cargo:{key}={value}" for value in values)
    yield from (f"cargo:{name}={value}" for name, value in outputs.metadata)
    yield from outputs.extra_lines
