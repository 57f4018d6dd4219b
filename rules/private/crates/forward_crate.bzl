"""What a target hands on of the crate that it stands for."""

load("@rules_cc//cc:defs.bzl", "CcInfo")
load("@rules_rust//rust:rust_common.bzl", "CrateInfo", "DepInfo")

_FORWARDED = [CrateInfo, DepInfo, CcInfo, InstrumentedFilesInfo, OutputGroupInfo]

def forward_crate(crate, more = []):
    """Gives the providers of a Rust library or proc macro.

    Args:
      crate: (Target) the crate
      more: (list of provider) others that are handed on where the crate has them

    Returns:
      list of providers
    """
    return [crate[provider] for provider in _FORWARDED + more if provider in crate] + [
        DefaultInfo(files = crate[DefaultInfo].files, runfiles = crate[DefaultInfo].default_runfiles),
    ]
