"""The free-threaded Python: what happens around its build. Stand-ins take the place of apt and of the source package,
whose real build takes minutes and a network."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Callable

import pytest
from distro_common import DistroError
from distro_free_threaded import PREFIX, ensure_free_threaded, free_threaded_folder, source_version
from distro_testing import make_program, start_python, wait_for

_STATUS = "Package: python3.13\nVersion: 3.13.15-1+b2\n"

_APT = """
case "$*" in
*update) ls sources >> {log} ;;
*source*) echo "$*" | sed 's/.* source/source/' >> {log}; touch python3.13_3.13.15-1.dsc ;;
esac
{then}
"""

# Debian's, of 3.13.15-1.
_SITE = """
            if is_virtual_environment:
                sitepackages.append(os.path.join(prefix, "lib",
                                                 "python%d.%d" % sys.version_info[:2],
                                                 "site-packages"))
            sitepackages.append(os.path.join(prefix, "local/lib",
                                             "python%d.%d" % sys.version_info[:2],
                                             "dist-packages"))
"""

# Instead of unpacking, writes a configure script, which brings a Makefile.
_UNPACK = """
mkdir -p source/Lib
cd source
cat > Lib/site.py <<'END'{site}END
printf 'all:\\naltinstall:\\n\\tmkdir -p $(DESTDIR){prefix}/bin\\n' > Makefile
printf '\\tcp ../source/Lib/site.py $(DESTDIR){prefix}/bin/made\\n' >> Makefile
printf '#!/bin/sh\\ncp ../source/Makefile .\\n' > configure
chmod +x configure
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a python3.13, and the programs of the build."""
    make_program(tmp_path, "apt-get", _APT.format(log=tmp_path / "log", then=""))
    make_program(tmp_path, "dpkg-source", _UNPACK.format(prefix=PREFIX, site=_SITE))
    root = tmp_path / "cache/rules_pyo3/distro/0123"
    (root / "var/lib/dpkg").mkdir(parents=True)
    (root / "var/lib/dpkg/status").write_text(_STATUS)
    (root / "usr/local/bin").mkdir(parents=True)
    return root


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def _enter(tmp_path: Path) -> Callable[[Path], list[str]]:
    path = f"PATH={tmp_path / 'programs'}:{os.environ['PATH']}"
    return lambda folder: ["env", f"--chdir={folder}", path]


def _left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "cache/rules_pyo3/free_threaded").iterdir())


@pytest.mark.parametrize(("version", "source"), [("3.13.15-1", "3.13.15-1"), ("3.13.15-1+b12", "3.13.15-1")])
def test_source_version(version: str, source: str) -> None:
    assert source_version(version) == source


def test_built_once(root: Path, env: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ensure_free_threaded(root, env, _enter(tmp_path))
    assert folder == free_threaded_folder(root, env)
    assert folder.name.startswith("3.13.15-1-")
    assert (folder / "bin/made").is_file()
    assert (root / PREFIX[1:]).readlink() == folder
    assert (root / "usr/local/bin/python3.13t").readlink() == Path(PREFIX, "bin/python3.13t")
    assert (tmp_path / "log").read_text().splitlines()[-1] == "source --download-only python3.13=3.13.15-1"
    assert _left(tmp_path) == sorted([folder.name, "lock"])
    assert "building a free-threaded Python in" in capsys.readouterr().err
    (root / PREFIX[1:]).unlink()
    (root / PREFIX[1:]).symlink_to("/elsewhere")
    assert ensure_free_threaded(root, env, _enter(tmp_path)) == folder
    assert (root / PREFIX[1:]).readlink() == folder
    assert capsys.readouterr().err == ""


def test_virtual_environments_find_what_is_installed(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    folder = ensure_free_threaded(root, env, _enter(tmp_path))
    own = 'f"python{ver[0]}.{ver[1]}{abi_thread}"'
    assert (folder / "bin/made").read_text() == _SITE[1:].replace('"python%d.%d" % sys.version_info[:2]', own, 1)


def test_failure_leaves_nothing_and_the_next_run_heals(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    gone = "echo 'E: Can not find version 3.13.15-1 of package python3.13' >&2; exit 100"
    make_program(tmp_path, "apt-get", gone)
    with pytest.raises(DistroError) as error:
        ensure_free_threaded(root, env, _enter(tmp_path))
    log = tmp_path / "cache/rules_pyo3/free_threaded/failure.log"
    assert str(error.value) == (
        "building a free-threaded Python failed: E: Can not find version 3.13.15-1 of package python3.13. Nothing is "
        f"left of it but its output, {log}; run again to retry"
    )
    assert _left(tmp_path) == ["failure.log", "lock"]
    assert not (root / PREFIX[1:]).is_symlink()
    make_program(tmp_path, "apt-get", _APT.format(log=tmp_path / "log", then=""))
    assert ensure_free_threaded(root, env, _enter(tmp_path)).is_dir()
    assert not log.exists()


def test_leftovers_of_a_killed_run_are_removed(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    folder = free_threaded_folder(root, env)
    (folder.with_name(f"{folder.name}.partial") / "build").mkdir(parents=True)
    ensure_free_threaded(root, env, _enter(tmp_path))
    assert _left(tmp_path) == sorted([folder.name, "lock"])


def test_interrupted_run_cleans_up(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    at_work = tmp_path / "at-work"
    make_program(tmp_path, "apt-get", f"touch {at_work}; sleep 30")
    path = _enter(tmp_path)(tmp_path)[-1]
    code = (
        "from pathlib import Path; from distro_free_threaded import ensure_free_threaded; "
        f"ensure_free_threaded(Path({str(root)!r}), {env!r}, lambda folder: ['env', f'--chdir={{folder}}', {path!r}])"
    )
    with start_python(code) as process:
        wait_for(at_work)
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode != 0
    assert _left(tmp_path) == ["lock"]


def test_root_without_that_python(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    (root / "var/lib/dpkg/status").write_text("Package: rustc\nVersion: 1\n")
    with pytest.raises(DistroError, match=r"0123 has no package python3.13; tools/distro/packages.txt is to name it"):
        ensure_free_threaded(root, env, _enter(tmp_path))


def test_cache_that_cannot_be_written(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "cache/rules_pyo3/free_threaded").write_text("a file")
    with pytest.raises(DistroError, match=r"cannot make .*File exists|cannot make .*Not a directory"):
        ensure_free_threaded(root, env, _enter(tmp_path))
