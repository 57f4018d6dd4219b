from .stable_ext import *

__doc__ = stable_ext.__doc__
if hasattr(stable_ext, "__all__"):
    __all__ = stable_ext.__all__
