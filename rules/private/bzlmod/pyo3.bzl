"""The module extension `pyo3`: crate repositories and Python toolchains."""

load("//rules/private/common:errors.bzl", "error_text")
load("//rules/private/crates:crates_repo.bzl", "CRATES_ATTRS", "crates_repo")
load("//rules/private/crates:vendored_crates.bzl", "VENDORED_CRATES_ATTRS", "vendored_crates_repo")
load("//rules/private/interpreter:system_python_repo.bzl", "INTERPRETER_DOC", "OPTIONAL_DOC", "system_python_repo")
load(":environment_repo.bzl", "environment_repo")
load(":features_repo.bzl", "features_repo")
load(":repair_tools_repo.bzl", "repair_tools_repo")
load(":tool_wheels_repo.bzl", "tool_wheels_repo")

_DEFAULT_CRATES = "pyo3_crates"

_crates = tag_class(
    doc = "A repository of pyo3 and the crates below it: @NAME//:pyo3.",
    attrs = CRATES_ATTRS | {
        "features": attr.string_list(doc = "Cargo features of pyo3."),
        "name": attr.string(
            default = _DEFAULT_CRATES,
            doc = "The repository. \"pyo3_crates\" is the one that extensions use by default.",
        ),
    },
)

_vendored_crates = tag_class(
    doc = "The crates of a project's Cargo.lock, for `vendored_crates` of pyo3_sdist: @NAME//:crates.",
    attrs = VENDORED_CRATES_ATTRS | {"name": attr.string(mandatory = True, doc = "The repository.")},
)

_system_python = tag_class(
    doc = "A Python toolchain of an installed interpreter: register @NAME//:toolchain.",
    attrs = {
        "interpreter": attr.string(default = "python3", doc = INTERPRETER_DOC),
        "name": attr.string(mandatory = True, doc = "The repository."),
        "optional": attr.bool(doc = OPTIONAL_DOC),
        "timeout": attr.int(default = 60, doc = "Seconds that the interpreter may take to answer."),
    },
)

_environment = tag_class(
    doc = "Lets variables of the environment act on PyO3's configuration, as they do with cargo. Of the root module only.",
    attrs = {
        "variables": attr.string_list(mandatory = True, doc = "Their names, such as \"PYO3_CROSS_LIB_DIR\"; no other one is read."),
    },
)

def environment_variables(modules):
    """Gives the variables that may act.

    Args:
      modules: (list of struct) modules with is_root and tags

    Returns:
      list of str: those of the root module, each once, sorted; a dependency has no say in what a build depends on
    """
    tags = [tag for module in modules if module.is_root for tag in module.tags.environment]
    return sorted({name: None for tag in tags for name in tag.variables})

def collect_tags(modules, kind):
    """Gives the tags of all modules by name; the root module's word is final.

    Args:
      modules: (list of struct) modules with name, is_root and tags, root first
      kind: (str) name of the tag class

    Returns:
      dict of str to struct: name -> tag
    """
    tags, owners = {}, {}
    for module in modules:
        for tag in getattr(module.tags, kind):
            owner = owners.get(tag.name)
            if owner and not (owner.is_root and not module.is_root):
                fail(error_text(
                    "pyo3.{}(name = \"{}\")".format(kind, tag.name),
                    "the name is used twice, by the modules \"{}\" and \"{}\"".format(owner.name, module.name),
                    "one repository for each name",
                    "choose another `name` for one of them",
                ))
            if not owner:
                tags[tag.name], owners[tag.name] = tag, module
    return tags

def _pyo3_impl(mctx):
    for name, tag in collect_tags(mctx.modules, "system_python").items():
        system_python_repo(
            name = name,
            interpreter = tag.interpreter,
            optional = tag.optional,
            python_name = name,
            timeout = tag.timeout,
        )
    crates = collect_tags(mctx.modules, "crates")
    for name, tag in crates.items():
        crates_repo(
            name = name,
            crate_features = tag.features,
            crates_name = name,
            **{key: getattr(tag, key) for key in CRATES_ATTRS}
        )
    if _DEFAULT_CRATES not in crates:
        crates_repo(name = _DEFAULT_CRATES, crates_name = _DEFAULT_CRATES)
    for name, tag in collect_tags(mctx.modules, "vendored_crates").items():
        vendored_crates_repo(
            name = name,
            crates_name = name,
            **{key: getattr(tag, key) for key in VENDORED_CRATES_ATTRS}
        )
    environment_repo(name = "rules_pyo3_environment", variables = environment_variables(mctx.modules))
    features_repo(name = "rules_pyo3_features")
    repair_tools_repo(name = "rules_pyo3_repair")
    tool_wheels_repo(name = "rules_pyo3_wheels")

pyo3 = module_extension(
    implementation = _pyo3_impl,
    doc = "Crate repositories and Python toolchains for PyO3.",
    tag_classes = {
        "crates": _crates,
        "environment": _environment,
        "system_python": _system_python,
        "vendored_crates": _vendored_crates,
    },
)
