"""A Python toolchain of an interpreter that is installed on the machine."""

load("//rules/private/common:errors.bzl", "error_text")
load(":find_interpreter.bzl", "CANDIDATES", "choose_interpreter", "says_python3")
load(":python_words.bzl", "python_word")

_DOC = """\
Makes a Python toolchain (runtime, headers, libpython, facts) of an installed interpreter.

The interpreter is asked once, in the repository phase, isolated (-I -S -B) and with a time limit.
Its answer is a file of the repository, and the repository is made anew when the interpreter changes, and when a
variable changes that chose it: with "auto" these are PYO3_PYTHON, PYTHON_SYS_EXECUTABLE, VIRTUAL_ENV, CONDA_PREFIX
and PATH as far as the search came, of the environment or of --repo_env; with a path there are none.

Its file words.bzl has WORDS, for lists of Pythons: the word of this Python, such as "3.13t"; empty where an optional one is missing.
"""

OPTIONAL_DOC = """\
Whether the Python may be missing: then the repository has no toolchain, and says so when it is made.
Register "@NAME//:all" rather than "@NAME//:toolchain".
"""

INTERPRETER_DOC = "Name on PATH or absolute path of the interpreter, or \"auto\": the one that cargo would build for."

_REQUIRED_KEYS = ["abiflags", "ext_suffix", "implementation_name", "schema", "version"]

def _which(rctx, name):
    # Makes the repository depend on what the look-up depends on.
    rctx.getenv("PATH")
    return rctx.which(name)

def _look_up(rctx, name):
    """Looks for an interpreter that is named or given as a path: struct(path, missing), missing says why there is none."""
    if "/" in name or "\\" in name:
        path = rctx.path(name)
        return struct(missing = None if path.exists else "no such file exists", path = path)
    path = _which(rctx, name)
    return struct(missing = None if path else "PATH has no such program", path = path)

def _locate(rctx, label, name, described, todo):
    """Gives the file of an interpreter that is named or given as a path."""
    found = _look_up(rctx, name)
    if found.missing:
        fail(error_text(
            label,
            "{} is \"{}\", and {}".format(described, name, found.missing),
            "the path or the name of an installed Python",
            todo,
        ))
    return found.path

def _is_python3(rctx, name):
    path = _which(rctx, name)
    if not path:
        return False
    result = rctx.execute([path, "--version"], timeout = rctx.attr.timeout)
    return result.return_code == 0 and says_python3(result.stdout, result.stderr)

def _choose(rctx, label):
    """Follows PyO3's own search; what it reads of the environment is what the repository depends on."""
    windows = rctx.os.name.lower().startswith("windows")
    chosen = choose_interpreter(rctx.getenv, lambda name: _is_python3(rctx, name), windows)
    for notice in chosen.notices:
        # buildifier: disable=print
        print("{}: {}".format(label, notice))
    todo = "name one with --repo_env=PYO3_PYTHON=... or `interpreter`"
    if not chosen.name:
        fail(error_text(
            label,
            "`interpreter` is \"auto\", and neither {} on PATH is a Python 3".format(" nor ".join(CANDIDATES)),
            "PYO3_PYTHON, an active virtual environment, or a Python 3 on PATH",
            "install a Python, or " + todo,
        ))
    path = _locate(rctx, label, chosen.name, "`interpreter` is \"auto\": the Python of " + chosen.origin, todo)
    if chosen.origin == "VIRTUAL_ENV" and hasattr(rctx, "watch"):
        rctx.watch(rctx.getenv("VIRTUAL_ENV") + "/pyvenv.cfg")
    return path

def _find_interpreter(rctx, label):
    if rctx.attr.interpreter == "auto":
        return _choose(rctx, label)
    return _locate(rctx, label, rctx.attr.interpreter, "`interpreter`", "install that Python or correct `interpreter`")

def _run_probe(rctx, label, interpreter, arguments):
    """Runs the interpreter and gives its standard output, or fails saying what it did instead."""
    timeout = rctx.attr.timeout
    result = rctx.execute(
        [interpreter, "-I", "-S", "-B"] + arguments,
        timeout = timeout,
        environment = {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )
    if result.return_code != 0:
        fail(error_text(
            label,
            "the interpreter {} ended with code {} (killed after {} s if it hung):\n{}".format(
                interpreter,
                result.return_code,
                timeout,
                # A Python that is too old says so on stdout.
                (result.stderr + result.stdout)[-2000:],
            ),
            "a Python 3 that runs and describes itself",
            "try \"{} -I -S -c 'import sysconfig'\", then repair or replace that Python".format(interpreter),
        ))
    return result.stdout

def _probe(rctx, label, interpreter):
    text = _run_probe(rctx, label, interpreter, [rctx.path(rctx.attr._probe)])
    facts = json.decode(text, default = None)
    missing = [key for key in _REQUIRED_KEYS if type(facts) != "dict" or facts.get(key) == None]
    if missing:
        fail(error_text(
            label,
            "the interpreter {} answered without {}: \"{}\"".format(interpreter, ", ".join(missing), text[:200]),
            "one JSON object with all the keys of facts.json",
            "use a Python whose sysconfig is complete (its -dev or -devel package installed)",
        ))
    return facts, text

# Words of java's os.name and os.arch, as rctx.os gives them -> constraint values.
_OS = {"linux": "linux", "mac os x": "macos", "windows": "windows"}
_CPU = {"aarch64": "aarch64", "amd64": "x86_64", "arm64": "aarch64", "x86_64": "x86_64"}

def _host_constraints(rctx):
    name = rctx.os.name.lower()
    os = [value for prefix, value in _OS.items() if name.startswith(prefix)]
    cpu = _CPU.get(rctx.os.arch)
    return ["@platforms//os:" + value for value in os] + (["@platforms//cpu:" + cpu] if cpu else [])

def _link_library(rctx, path, folder):
    """Shows a library in the repository, under its own name; gives the path there, "" where there is none."""
    if not path:
        return ""
    link = "{}/{}".format(folder, path.replace("\\", "/").rpartition("/")[2])
    rctx.symlink(path, link)
    return link

def _link_libraries(rctx, places):
    """Shows libpython in the repository; gives the attributes of the toolchain that name it."""
    if hasattr(rctx, "watch"):
        # Who is told that there is none installs one.
        for path in places["places"]:
            rctx.watch(path)
    links = {
        "shared_library": _link_library(rctx, places["shared"], "lib"),
        "static_library": _link_library(rctx, places["static"], "lib/static"),
    }
    return "".join(["\n    {} = {},".format(name, repr(link)) for name, link in links.items() if link])

def _version_attribute(rctx, version):
    """Words the attribute of py_runtime that tells the version; without it, rules_python takes its own default version for it."""

    # The oldest public file of a rules_python whose py_runtime has the attribute.
    features = rctx.path(Label("@rules_python//python:defs.bzl")).dirname.get_child("features.bzl")
    if not features.exists:
        return ""
    keys = ["major", "minor", "micro", "releaselevel", "serial"]
    return "\n    interpreter_version_info = {},".format({key: str(value) for key, value in zip(keys, version)})

def _write_words(rctx, words):
    rctx.file("words.bzl", "\"\"\"Generated by pyo3.system_python.\"\"\"\n\nWORDS = {}\n".format(json.encode(words)))

def _places_of(rctx, name):
    """Gives the files that could become the interpreter that is missing."""
    if "/" in name or "\\" in name:
        return [name]
    windows = rctx.os.name.lower().startswith("windows")
    folders = (rctx.getenv("PATH") or "").split(";" if windows else ":")

    # A relative folder would be one of the repository itself.
    absolute = [folder for folder in folders if folder.startswith("/") or ":" in folder]
    return ["{}/{}{}".format(folder, name, ".exe" if windows else "") for folder in absolute]

def _without_toolchain(rctx, label, missing):
    """Makes a repository that has no toolchain, and that is made anew when the interpreter is installed."""
    name = rctx.attr.interpreter
    reason = "no toolchain, since `interpreter` is \"{}\", and {}".format(name, missing)

    # buildifier: disable=print
    print("{}: {}".format(label, reason))
    if hasattr(rctx, "watch"):
        for path in _places_of(rctx, name):
            rctx.watch(path)
    rctx.file("BUILD.bazel", "# Generated by pyo3.system_python: {}.\n".format(reason))
    _write_words(rctx, [])

def _system_python_repo_impl(rctx):
    label = "pyo3.system_python(name = \"{}\")".format(getattr(rctx, "original_name", rctx.attr.python_name) or rctx.name)
    if rctx.attr.optional and rctx.attr.interpreter != "auto":
        missing = _look_up(rctx, rctx.attr.interpreter).missing
        if missing:
            _without_toolchain(rctx, label, missing)
            return
    interpreter = _find_interpreter(rctx, label)
    facts, text = _probe(rctx, label, interpreter)
    places = json.decode(_run_probe(rctx, label, interpreter, [rctx.path(rctx.attr._locations)]))
    if hasattr(rctx, "watch"):
        # What was found may be a script that starts the real one.
        rctx.watch(interpreter)
        rctx.watch(places["real"])
    rctx.file("facts.json", text)
    if rctx.path(places["include"]).exists:
        rctx.symlink(places["include"], "include")
    version = "{}.{}".format(facts["version"][0], facts["version"][1])
    abiflags, implementation = facts["abiflags"], facts["implementation_name"]
    word = python_word(struct(abiflags = abiflags, implementation = implementation, version = version))
    _write_words(rctx, [word])
    rctx.template("BUILD.bazel", rctx.attr._build_file, {
        "%{abiflags}": abiflags,
        "%{constraints}": repr(_host_constraints(rctx)),
        "%{executable}": places["executable"].replace("\\", "/"),
        "%{ext_suffix}": facts["ext_suffix"],
        "%{implementation}": implementation,
        "%{interpreter_path}": str(interpreter),
        "%{libraries}": _link_libraries(rctx, places),
        "%{linkable}": repr(places["linkable"]),
        "%{version_attribute}": _version_attribute(rctx, facts["version"]),
        "%{version}": version,
        "%{word}": word,
    })

system_python_repo = repository_rule(
    implementation = _system_python_repo_impl,
    doc = _DOC,
    attrs = {
        "interpreter": attr.string(default = "python3", doc = INTERPRETER_DOC),
        "optional": attr.bool(doc = OPTIONAL_DOC),
        "python_name": attr.string(doc = "The name in messages; the repository's own name by default."),
        "timeout": attr.int(default = 60, doc = "Seconds that the interpreter may take to answer."),
        "_build_file": attr.label(default = "//rules/private/interpreter:system_python.BUILD.tpl"),
        "_locations": attr.label(default = "//tools/probe:pyo3_locations.py"),
        "_probe": attr.label(default = "//tools/probe:pyo3_probe.py"),
    },
    configure = True,
)
