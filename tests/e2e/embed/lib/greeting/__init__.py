"""A Python package that a Rust program imports, and that imports an extension."""

import native


def greet(name: str) -> str:
    """Greet politely."""
    return f"Good day, {name}"


def quadruple(number: int) -> int:
    """Multiply by four, with the help of Rust."""
    result: int = native.double(native.double(number))
    return result
