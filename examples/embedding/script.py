"""Adds to a total that lives in Rust."""

import host

for amount in (1, 2, 39):
    host.add(amount)
