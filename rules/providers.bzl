"""Providers of the stages, in the order of the data (docs/architecture.md).

    load("@rules_pyo3//rules:providers.bzl", "PyO3TagInfo")
"""

load("//rules/private/config:config_info.bzl", _PyO3ConfigInfo = "PyO3ConfigInfo")
load("//rules/private/crates:crates_info.bzl", _PyO3CratesInfo = "PyO3CratesInfo")
load("//rules/private/extension:extension_info.bzl", _PyO3ExtensionInfo = "PyO3ExtensionInfo")
load("//rules/private/flags:flags_info.bzl", _PyO3FlagsInfo = "PyO3FlagsInfo")
load("//rules/private/interpreter:interpreter_info.bzl", _PyO3InterpreterInfo = "PyO3InterpreterInfo")
load("//rules/private/probe:probe_info.bzl", _PyO3ProbeInfo = "PyO3ProbeInfo")
load("//rules/private/tag:tag_info.bzl", _PyO3TagInfo = "PyO3TagInfo")

PyO3InterpreterInfo = _PyO3InterpreterInfo
PyO3ProbeInfo = _PyO3ProbeInfo
PyO3ConfigInfo = _PyO3ConfigInfo
PyO3FlagsInfo = _PyO3FlagsInfo
PyO3CratesInfo = _PyO3CratesInfo
PyO3ExtensionInfo = _PyO3ExtensionInfo
PyO3TagInfo = _PyO3TagInfo
