"""The provider of the wheel stage."""

PyO3WheelInfo = provider(
    doc = "A wheel. Its file name follows from what the extensions in it turn out to need, so a folder holds it.",
    fields = {
        "folder": "File: a tree artifact with exactly one file, the wheel",
        "report": "File: what was found in the finished wheel, schema 1 (tools/common/schemas/wheel_check.schema.json)",
    },
)
