"""Part of the source distribution, and of no wheel."""

import wordlist

assert wordlist.count("a b") == 2
