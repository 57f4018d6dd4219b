"""The environment variables that PyO3's build scripts read, and older names for them, as one value.

Nothing here reads the environment: whoever has a user's consent passes the variables in. A variable that is set to the
empty string counts as set, as it does for PyO3.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from pyo3_common import ToolError
from pyo3_versions import TARGET_ABI_GENERATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyo3_versions import PyO3Version


@dataclass(frozen=True)
class Settings:
    """One field a variable, None where it is not set; `VARIABLES` has the names of the variables."""

    config_file: str | None = None
    print_config: str | None = None
    no_python: str | None = None
    environment_signature: str | None = None
    build_extension_module: str | None = None
    python: str | None = None
    python_sys_executable: str | None = None
    """What PYO3_PYTHON was called before PyO3 0.13."""
    virtual_env: str | None = None
    conda_prefix: str | None = None
    path: str | None = None
    cross: str | None = None
    cross_lib_dir: str | None = None
    cross_python_version: str | None = None
    cross_python_implementation: str | None = None
    cross_include_dir: str | None = None
    """Read by PyO3 before 0.14 only."""
    python_sysconfigdata_name: str | None = None
    use_abi3_forward_compatibility: str | None = None
    use_stable_abi_forward_compatibility: str | None = None
    use_raw_dylib: str | None = None
    wip_no_std: str | None = None
    mingw_dlltool: str | None = None
    zig_command: str | None = None
    unsafe_skip_version_check: str | None = None
    unsafe_build_free_threaded: str | None = None
    """Read by PyO3 0.22 only."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Take the variables that count out of an environment."""
        return cls(**{field: environment[name] for name, field in _FIELDS.items() if name in environment})

    def to_environment(self) -> dict[str, str]:
        """Give the variables that are set."""
        values = {name: getattr(self, field) for name, field in _FIELDS.items()}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def names_an_interpreter(self) -> bool:
        """Whether a variable says which interpreter to ask; PATH only says where to look."""
        chosen = (self.python, self.python_sys_executable, self.virtual_env, self.conda_prefix)
        return any(each is not None for each in chosen)

    @property
    def asks_for_cross(self) -> bool:
        """Whether a variable makes this a cross compilation, whatever the platforms (`CrossCompileEnvVars::any`)."""
        asked = (self.cross, self.cross_lib_dir, self.cross_python_version, self.cross_python_implementation)
        return any(each is not None for each in asked)

    def extension_module(self, features: Iterable[str], pyo3: PyO3Version) -> bool:
        """Whether libpython is left to the program that imports the module (`is_extension_module`)."""
        by_variable = self.build_extension_module is not None and _BUILD_EXTENSION_MODULE in pyo3.variables
        return by_variable or "extension-module" in features

    @property
    def raw_dylib(self) -> bool | None:
        """PYO3_USE_RAW_DYLIB: None leaves it to PyO3."""
        return None if self.use_raw_dylib is None else self.use_raw_dylib == "1"

    @property
    def no_std(self) -> bool:
        """Whether PYO3_WIP_NO_STD takes the standard library away."""
        return (self.wip_no_std or "").strip().lower() in ("1", "true")

    def forward_compatible(self, pyo3: PyO3Version) -> bool:
        """Whether a Python newer than this PyO3 knows is accepted, for the sake of the stable ABI."""
        set_to = self.to_environment()
        return any(set_to.get(name) == "1" for name in pyo3.forward_compatibility)


_BUILD_EXTENSION_MODULE = "PYO3_BUILD_EXTENSION_MODULE"
_UNPREFIXED = {
    "CONDA_PREFIX": "conda_prefix",
    "PATH": "path",
    "PYTHON_SYS_EXECUTABLE": "python_sys_executable",
    "UNSAFE_PYO3_BUILD_FREE_THREADED": "unsafe_build_free_threaded",
    "UNSAFE_PYO3_SKIP_VERSION_CHECK": "unsafe_skip_version_check",
    "VIRTUAL_ENV": "virtual_env",
    "ZIG_COMMAND": "zig_command",
    "_PYTHON_SYSCONFIGDATA_NAME": "python_sysconfigdata_name",
}
_FIELDS = {
    **{f"PYO3_{each.name.upper()}": each.name for each in fields(Settings) if each.name not in _UNPREFIXED.values()},
    **_UNPREFIXED,
}
VARIABLES: tuple[str, ...] = tuple(sorted(_FIELDS))
"""Names of all variables that a Settings holds."""


def parse(assignments: Iterable[str]) -> Settings:
    """Read assignments NAME=VALUE, as a command line gives them; the last one of a name counts.

    Raises:
        ToolError: there is no `=`, or the variable is none of PyO3's.
    """
    environment = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or name not in _FIELDS:
            raise ToolError(
                f"the setting is {assignment!r}, expected NAME=VALUE with a name among {', '.join(VARIABLES)}"
            )
        environment[name] = value
    return Settings.from_environment(environment)


def notices(settings: Settings, pyo3: PyO3Version) -> tuple[str, ...]:
    """Say which settings have no effect, or an effect that their name does not tell."""
    found = [text for name, text in _NOTICES.items() if name in settings.to_environment()]
    if settings.virtual_env is not None and settings.conda_prefix is not None:
        found.append(
            "VIRTUAL_ENV and CONDA_PREFIX are both set, so PyO3 looks at neither: unset one of them, or set PYO3_PYTHON"
        )
    if pyo3.generation == TARGET_ABI_GENERATION and settings.use_abi3_forward_compatibility is not None:
        found.append(
            f"PYO3_USE_ABI3_FORWARD_COMPATIBILITY is the old name in PyO3 {pyo3.version}: "
            "set PYO3_USE_STABLE_ABI_FORWARD_COMPATIBILITY instead"
        )
    unread = [name for name in settings.to_environment() if name not in (*pyo3.variables, *_NOTICES)]
    if unread:
        found.append(f"PyO3 {pyo3.version} does not read {', '.join(sorted(unread))}: without effect")
    return tuple(found)


_NO_IMPORT_LIBRARY = (
    "is for the import library that the feature generate-import-lib makes with cargo, these rules make none: "
    "name the folder of the library in PYO3_CROSS_LIB_DIR, or use PyO3 0.29 or newer, which needs no import library"
)
_NOTICES = {
    "PYTHON_SYS_EXECUTABLE": "PYTHON_SYS_EXECUTABLE is the old name of PYO3_PYTHON, which wins: set PYO3_PYTHON",
    "PYO3_CROSS_INCLUDE_DIR": "PYO3_CROSS_INCLUDE_DIR is without effect, PyO3 needs no headers since 0.14: unset it",
    "PYO3_MINGW_DLLTOOL": f"PYO3_MINGW_DLLTOOL {_NO_IMPORT_LIBRARY}",
    "ZIG_COMMAND": f"ZIG_COMMAND {_NO_IMPORT_LIBRARY}",
}
