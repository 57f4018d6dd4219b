"""Tests of rules/private/bzlmod."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/private/bzlmod:environment_repo.bzl", "holds_sysconfigdata")
load("//rules/private/bzlmod:pyo3.bzl", "collect_tags", "environment_variables")
load("//tests/support:analysis.bzl", "failure_test")

def _module(name, tags, is_root = False):
    return struct(
        is_root = is_root,
        name = name,
        tags = struct(crates = [struct(name = tag, of = name) for tag in tags], system_python = []),
    )

def _collect_tags_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, {}, collect_tags([], "crates"))
    modules = [_module("root", ["a", "b"], is_root = True), _module("dep", ["b", "c"])]
    found = {name: tag.of for name, tag in collect_tags(modules, "crates").items()}
    asserts.equals(env, {"a": "root", "b": "root", "c": "dep"}, found)
    asserts.equals(env, {}, collect_tags(modules, "system_python"))
    return unittest.end(env)

_collect_tags_test = unittest.make(_collect_tags_test_impl)

def _req_66_environment_test_impl(ctx):
    env = unittest.begin(ctx)

    def module(is_root, *tags):
        return struct(is_root = is_root, tags = struct(environment = [struct(variables = names) for names in tags]))

    modules = [module(True, ["PYO3_NO_PYTHON", "PYO3_CROSS"], ["PYO3_CROSS"]), module(False, ["PYO3_CONFIG_FILE"])]
    asserts.equals(env, ["PYO3_CROSS", "PYO3_NO_PYTHON"], environment_variables(modules))
    asserts.equals(env, [], environment_variables([module(True), module(False)]))
    names = ["build", "lib", "lib.linux-x86_64-3.13", "lib_pypy", "python3.13", "pypy3.11", "graalpy25.0", "site-packages", "python2.7"]
    asserts.equals(env, names[:-2], [name for name in names if holds_sysconfigdata(name)])
    return unittest.end(env)

_req_66_environment_test = unittest.make(_req_66_environment_test_impl)

_CLASHES = {
    "deps": [_module("root", [], is_root = True), _module("one", ["x"]), _module("two", ["x"])],
    "one": [_module("root", ["x", "x"], is_root = True)],
}

def _clash_impl(ctx):
    collect_tags(_CLASHES[ctx.attr.case], "crates")

_clash = rule(implementation = _clash_impl, attrs = {"case": attr.string()})

def bzlmod_tests(name):
    """Makes the tests.

    Args:
      name: (str) the test_suite
    """
    unittest.suite(name + "_pure", _collect_tags_test, _req_66_environment_test)
    for case, modules in {"deps": ["one", "two"], "one": ["root", "root"]}.items():
        _clash(name = "clash_" + case, case = case, tags = ["manual"])
        failure_test(
            name = "{}_{}_failure_test".format(name, case),
            fragments = [
                "pyo3.crates(name = \"x\"): the name is used twice, by the modules \"{}\" and \"{}\"".format(*modules),
                "expected: one repository for each name",
                "to do: choose another `name` for one of them",
            ],
            target_under_test = "clash_" + case,
        )
    native.test_suite(name = name, tests = [
        name + "_pure",
        name + "_deps_failure_test",
        name + "_one_failure_test",
    ])
