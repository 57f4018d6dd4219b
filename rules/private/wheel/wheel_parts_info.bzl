"""The provider of what `pyo3_wheel_parts` finds."""

PyO3WheelPartsInfo = provider(
    doc = "The extensions that a target and its dependencies bring into a wheel.",
    fields = {
        "extensions": "depset of Target-like struct(label, extension, gates, tagged): Label, PyO3ExtensionInfo, depset of File and PyO3TagInfo",
    },
)
