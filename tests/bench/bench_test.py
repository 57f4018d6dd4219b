"""The command line."""

import bench
import pytest


def test_outside_of_bazel_run_nothing_is_built(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BUILD_WORKSPACE_DIRECTORY", raising=False)
    assert bench.main(["gates"]) == 1
    assert capsys.readouterr().err.startswith("ERROR: //tests/bench: BUILD_WORKSPACE_DIRECTORY is not set; expected: ")


def test_every_benchmark_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["--help"])
    text = capsys.readouterr().out
    for name in ("cold", "edit", "noop", "cached", "pythons", "gates", "embed", "wheel"):
        assert f"\n    {name} " in text
