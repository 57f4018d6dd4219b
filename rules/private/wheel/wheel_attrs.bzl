"""The attributes of a wheel: named as py_wheel's where py_wheel has them."""

METADATA_ATTRS = {
    "author": attr.string(doc = "As in py_wheel."),
    "author_email": attr.string(doc = "As in py_wheel."),
    "classifiers": attr.string_list(doc = "As in py_wheel."),
    "console_scripts": attr.string_dict(doc = "Name of a command -> \"module:function\"."),
    "description_content_type": attr.string(doc = "As in py_wheel: follows from the name of `description_file` by default."),
    "distribution": attr.string(doc = "Name of the distribution; that of `pyproject` or `cargo_toml` by default."),
    "entry_points": attr.string_list_dict(doc = "Group -> lines \"name = module:object\"."),
    "extra_requires": attr.string_list_dict(doc = "Extra -> its requirements."),
    "homepage": attr.string(doc = "As in py_wheel."),
    "keywords": attr.string_list(doc = "Keywords."),
    "license": attr.string(doc = "An SPDX expression (PEP 639)."),
    "project_urls": attr.string_dict(doc = "As in py_wheel: label -> URL."),
    "python_requires": attr.string(doc = "As in py_wheel: \">=3.10\"."),
    "requires": attr.string_list(doc = "Requirements, as in py_wheel."),
    "summary": attr.string(doc = "As in py_wheel: one line."),
    "version": attr.string(doc = "Version; that of `pyproject` or `cargo_toml` by default."),
}

FILE_ATTRS = {
    "cargo_toml": attr.label(allow_single_file = [".toml"], doc = "The Cargo.toml that a dynamic version comes from."),
    "cargo_workspace_toml": attr.label(
        allow_single_file = [".toml"],
        doc = "The Cargo.toml of the workspace that `cargo_toml` inherits values from (`version.workspace = true`).",
    ),
    "data_files": attr.label_keyed_string_dict(
        allow_files = True,
        doc = "File -> its path in the wheel's .data folder: \"scripts/x\", \"data/share/x\", \"headers/x\".",
    ),
    "description_file": attr.label(allow_single_file = True, doc = "As in py_wheel."),
    "extra_distinfo_files": attr.label_keyed_string_dict(
        allow_files = True,
        doc = "As in py_wheel: file -> its path in the .dist-info folder.",
    ),
    "license_files": attr.label_list(allow_files = True, doc = "Licence files (PEP 639)."),
    "pyproject": attr.label(allow_single_file = [".toml"], doc = "The project's pyproject.toml (PEP 621)."),
}

LAYOUT_ATTRS = {
    "build_tag": attr.string(
        doc = "Tells wheels of one version apart: a digit, and letters, digits, \"_\" and \".\" after it. Installers take the greatest.",
    ),
    "compression": attr.string(default = "deflated", values = ["deflated", "stored"], doc = "How files are packed."),
    "exclude": attr.string_list(doc = "Patterns (fnmatch) of paths in the wheel that are left out."),
    "platform": attr.string(
        default = "auto",
        doc = "\"auto\": what the extensions need; else a platform tag such as \"manylinux_2_28\", which they are held to.",
    ),
    "strip_path_prefixes": attr.string_list(
        doc = "Folders, relative to the repository, that are not part of a file's path in the wheel. By default the folders " +
              "that the dependencies are imported from.",
    ),
}
