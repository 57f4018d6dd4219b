"""Attributes that macros hand on to several of the targets that they make."""

# Of every rule.
COMMON_ATTRS = [
    "compatible_with",
    "deprecation",
    "exec_compatible_with",
    "exec_properties",
    "restricted_to",
    "target_compatible_with",
    "testonly",
]

# What Bazel reads of the test that it runs.
RUN_ATTRS = ["flaky", "local", "shard_count", "size", "timeout"]

def pop_attributes(attributes, names):
    """Takes attributes out of others.

    Args:
      attributes: (dict) name -> value; loses what is taken
      names: (list of str) names of what is taken where it is there

    Returns:
      dict: what was taken
    """
    return {name: attributes.pop(name) for name in names if name in attributes}
