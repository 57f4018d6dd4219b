"""What `wheel` packs, with what, and in which order."""

import pathlib

import bench_wheel


def test_zip_is_info_zip_where_there_is_one() -> None:
    text = bench_wheel.build_file("/usr/bin/zip")
    assert 'cmd = "/usr/bin/zip -q -X $@ $(SRCS)",\n    tools = [],\n' in text
    assert "zipper" not in text


def test_zip_is_zipper_elsewhere() -> None:
    zipper = "@bazel_tools//tools/zip:zipper"
    assert f'cmd = "$(execpath {zipper}) cC $@ $(SRCS)",\n    tools = ["{zipper}"],\n' in bench_wheel.build_file(None)


def test_package_is_the_same_each_time(tmp_path: pathlib.Path) -> None:
    changed = [bench_wheel.make_package(tmp_path / name, None) for name in ("one", "two")]
    assert changed[0].read_bytes() == changed[1].read_bytes()
    files = [sorted(path.relative_to(folder) for path in folder.rglob("*.py")) for folder in tmp_path.iterdir()]
    assert files[0] == files[1]
    assert len(files[0]) == 2000


def test_each_is_first_in_turn() -> None:
    sides = [bench_wheel.OURS, bench_wheel.ZIP, bench_wheel.PY_WHEEL]
    assert [bench_wheel.order(sides, run)[0] for run in range(4)] == ["ours", "zip", "py_wheel", "ours"]
    assert sorted(bench_wheel.order(sides, 2)) == sorted(sides)
