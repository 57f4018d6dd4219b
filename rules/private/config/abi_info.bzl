"""The provider of the ABI that is built for."""

PyO3AbiInfo = provider(
    doc = "The ABI that a module gets, as far as it is known before anything runs.",
    fields = {
        "floor": "str or None: \"X.Y\", the oldest Python of a stable ABI; None when version-specific, or when there is no Python",
        "kind": "str: \"version\", \"abi3\" or \"abi3t\"",
        "problem": "struct(found, expected, todo) of str, or None: why nothing can be built; for who builds a module",
        "shared": "bool: whether one module serves all Pythons from the floor on, so that it is built without any",
    },
)
