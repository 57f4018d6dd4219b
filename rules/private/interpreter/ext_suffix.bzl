"""EXT_SUFFIX as CPython's build computes it, for interpreters that have not been asked.

CPython's configure.ac (SOABI, EXT_SUFFIX), PC/pyconfig.h and importlib give the forms;
the probe proves the result before anything is built with it.
"""

# Rust's architecture and environment words -> Debian multiarch words, as in CPython's Misc/platform_triplet.c.
_MULTIARCH_ENVIRONMENTS = {
    "gnu": "gnu",
    "gnueabihf": "gnueabihf",
    "musl": "musl",
    "musleabihf": "musleabihf",
}

_MULTIARCH_ARCHITECTURES = {
    "armv7": "arm",
    "i686": "i386",
    "powerpc64le": "powerpc64le",
    "riscv64gc": "riscv64",
}

_WINDOWS_PLATFORMS = {
    "aarch64": "win_arm64",
    "i686": "win32",
    "x86_64": "win_amd64",
}

def cpython_ext_suffix(version, abiflags, triple):
    """Gives the file name suffix of a version-specific CPython extension.

    Args:
      version: (str) "X.Y"
      abiflags: (str) sys.abiflags: "", "t", "d" or "td"
      triple: (str) the Rust target triple, such as "x86_64-unknown-linux-gnu"

    Returns:
      str or None: the suffix, None for a platform that CPython has no rule for
    """
    parts = triple.split("-")
    arch = parts[0]
    tag = version.replace(".", "")
    if "windows" in parts:
        platform = _WINDOWS_PLATFORMS.get(arch)
        debug = "_d" if "d" in abiflags else ""
        return "{}.cp{}{}-{}.pyd".format(debug, tag, abiflags.replace("d", ""), platform) if platform else None
    if "darwin" in parts:
        return ".cpython-{}{}-darwin.so".format(tag, abiflags)
    if "emscripten" in parts:
        return ".cpython-{}{}-wasm32-emscripten.so".format(tag, abiflags)
    environment = _MULTIARCH_ENVIRONMENTS.get(parts[-1])
    if "linux" in parts and environment:
        return ".cpython-{}{}-{}-linux-{}.so".format(
            tag,
            abiflags,
            _MULTIARCH_ARCHITECTURES.get(arch, arch),
            environment,
        )
    return None
