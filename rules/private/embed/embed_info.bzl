"""The provider of the embed stage."""

PyO3EmbedInfo = provider(
    doc = "A Rust program that carries Python, and what it needs at run time.",
    fields = {
        "config": "File: NAME.pyo3.cfg, which tells the program where its Python is (docs/embedding.md)",
        "facts": "File: facts.json of the Python",
        "files": "runfiles: the Python libraries and extensions that the program imports",
        "imports": "depset of str: runfiles-relative import roots, in order",
        "interpreter": "PyO3InterpreterInfo: the Python",
        "libraries": "list of File: libpython as the program loads it; empty when it is linked statically",
        "program": "File or None: the executable; None below the target that users name",
    },
)
