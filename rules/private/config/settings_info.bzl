"""The provider of the variables in force."""

PyO3SettingsInfo = provider(
    doc = "PyO3's variables, for what does not depend on the Python.",
    fields = {"settings": "tuple of str: the PYO3_* variables in force, NAME=VALUE, sorted"},
)
