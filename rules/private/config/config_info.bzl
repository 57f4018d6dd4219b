"""The provider of the config stage."""

PyO3ConfigInfo = provider(
    doc = "The interpreter config that PyO3's build scripts would have found.",
    fields = {
        "abi": "PyO3AbiInfo: the ABI that it is for",
        "config": "File: PyO3's config-file format (pyo3-build-config, impl_.rs), without machine paths",
        "explanation": "File: origins and effects of the values, schema 1 (tools/common/schemas/pyo3_config.schema.json)",
        "facts": "File or None: the facts.json that it was made from; None where there is no interpreter",
        "settings": "tuple of str: the PYO3_* variables in force, NAME=VALUE, for the stages that follow",
    },
)
