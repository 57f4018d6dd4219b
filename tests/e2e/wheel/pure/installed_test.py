import puretools

assert puretools.count("a") == 1
