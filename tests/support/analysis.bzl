"""What the tests of rules share, on top of skylib's unittest."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def fails_with_fragments(ctx):
    """Implements a test: the target fails with a message that has all of `fragments`.

    Args:
      ctx: context of a rule of analysistest.make(expect_failure = True) with FRAGMENTS

    Returns:
      the test's providers
    """
    env = analysistest.begin(ctx)
    for fragment in ctx.attr.fragments:
        asserts.expect_failure(env, fragment)
    return analysistest.end(env)

FRAGMENTS = {"fragments": attr.string_list(mandatory = True)}

failure_test = analysistest.make(fails_with_fragments, attrs = FRAGMENTS, expect_failure = True)

def find_action(env, mnemonic):
    """Gives the one action of the target under test with a mnemonic.

    Args:
      env: from analysistest.begin
      mnemonic: (str) such as "PyO3Config"

    Returns:
      Action
    """
    actions = [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]
    asserts.equals(env, 1, len(actions), "number of actions " + mnemonic)
    return actions[0]

def option_values(argv, option):
    """Gives the values of an option on a command line, in their order.

    Args:
      argv: (list of str) the command line
      option: (str) such as "--crate"

    Returns:
      list of str: what follows each occurrence
    """
    return [argv[i + 1] for i in range(len(argv) - 1) if argv[i] == option]

def names(files):
    """Gives the names of files, without their folders.

    Args:
      files: (list of File) any files

    Returns:
      list of str: sorted
    """
    return sorted([file.basename for file in files])
