"""The provider of the probe stage."""

PyO3ProbeInfo = provider(
    doc = "Facts of the target Python, proven by asking it wherever it can run.",
    fields = {
        "facts": "File or None: facts.json, schema 1 (tools/common/schemas/facts.schema.json); None for a Python that is only described",
    },
)
