import sys
import sysconfig

import my_ext

assert my_ext.sum(1, 2) == 3
assert my_ext.__file__.endswith(sysconfig.get_config_var("EXT_SUFFIX"))
print("prefix:", sys.prefix)
