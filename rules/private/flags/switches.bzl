"""Variables that build scripts read beside the interpreter config. Pure functions."""

def switches(settings):
    """Reads the variables that change what build scripts answer.

    Args:
      settings: (tuple of str) PyO3ConfigInfo.settings

    Returns:
      struct(no_std, raw_dylib): bool, and "1", "0" or None where the variable is not set
    """
    values = {name: value for name, _, value in [setting.partition("=") for setting in settings]}
    raw_dylib = values.get("PYO3_USE_RAW_DYLIB")
    return struct(
        no_std = values.get("PYO3_WIP_NO_STD", "").strip().lower() in ["1", "true"],
        raw_dylib = None if raw_dylib == None else "1" if raw_dylib == "1" else "0",
    )
