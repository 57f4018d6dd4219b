"""The module extension that Bazel's own module expects of buildozer."""

def _empty_repo_impl(repository_ctx):
    repository_ctx.file("BUILD.bazel", "")

_empty_repo = repository_rule(implementation = _empty_repo_impl)

buildozer_binary = module_extension(
    doc = "Declares an empty `@buildozer_binary`.",
    implementation = lambda module_ctx: _empty_repo(name = "buildozer_binary"),
)
