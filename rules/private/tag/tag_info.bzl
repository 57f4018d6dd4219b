"""The provider of the tag stage."""

PyO3TagInfo = provider(
    doc = "An extension under the file name that its Python looks for.",
    fields = {
        "abi": "PyO3AbiInfo: the ABI that the file is for",
        "ext_suffix": "str: what follows the module's name in the file name",
        "file": "File: the tagged file",
        "tag": "File or None: tag.json, schema 1 (tools/common/schemas/tag.schema.json): file name and wheel tag; None for a Python that is only described",
    },
)
