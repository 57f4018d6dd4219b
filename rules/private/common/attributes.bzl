"""Attributes that macros hand on to several targets, and what aspects find in attributes."""

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

def attribute_targets(attributes, name):
    """Gives the targets that an attribute names, for aspects.

    Args:
      attributes: (struct) ctx.rule.attr
      name: (str) an attribute that a rule may not have, of any kind

    Returns:
      list of Target
    """
    value = getattr(attributes, name, None)
    values = value if type(value) == "list" else [value]
    return [each for each in values if type(each) == "Target"]
