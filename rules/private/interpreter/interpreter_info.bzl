"""The provider of the interpreter stage."""

PyO3InterpreterInfo = provider(
    doc = "The Python that extensions are built for: what is known of it before anything runs.",
    fields = {
        "abiflags": "str: sys.abiflags, such as \"\", \"t\" or \"d\"",
        "executable": "str or None: sys.executable of an installed Python",
        "ext_suffix": "str: EXT_SUFFIX, such as \".cpython-314-x86_64-linux-gnu.so\"",
        "facts": "File or None: facts.json recorded when the toolchain was made (see docs/architecture.md)",
        "files": "depset of File: what the interpreter needs to run; empty for an installed one",
        "implementation": "str: sys.implementation.name, such as \"cpython\" or \"pypy\"",
        "interpreter": "File, str or None: the executable in the build, its path when installed, None when it cannot run here or there is none",
        "interpreter_config": "PyO3InterpreterConfigInfo or None: what the toolchain states of PyO3's interpreter config",
        "origin": "str: where the facts come from, for messages",
        "shared_library": "File or None: libpython to link to and to load, named as programs ask for it at run time",
        "static_library": "File or None: the archive of libpython, rather one of position-independent code",
        "version": "str: \"X.Y\"",
    },
)
