import sys

import my_ext

assert my_ext.sum(1, 2) == 3
print("Python", sys.version.split()[0], my_ext.__file__)
