"""The provider of what `pyo3_sdist_sources` finds."""

PyO3SdistSourcesInfo = provider(
    doc = "The files that people wrote and that a target is made of.",
    fields = {
        "files": "depset of File: source files of the target and of its dependencies, of all repositories",
    },
)
