import os
import sys

running = "{}.{}".format(*sys.version_info[:2])
assert os.path.basename(sys.argv[1]) == running, (sys.argv, running)
assert os.environ["KEPT"] == "yes"
