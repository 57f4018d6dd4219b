"""The provider of the wheel stage."""

PyO3WheelInfo = provider(
    doc = "A wheel. Its file name follows from what the extensions in it turn out to need, so a folder holds it.",
    fields = {
        "file": "File: the same wheel under the target's name, NAME.whl, copied when something asks for it",
        "folder": "File: a tree artifact with exactly one file, the wheel",
        "name_file": "File: the wheel's real name, made with `file`",
        "report": "File: what was found in the finished wheel, schema 1 (tools/common/schemas/wheel_check.schema.json)",
    },
)
