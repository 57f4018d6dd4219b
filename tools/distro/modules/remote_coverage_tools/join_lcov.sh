#!/bin/bash
# Joins lcov reports, for one test (all below --coverage_dir, only of sources in the manifest) or for all tests
# (those that --reports_file lists). The format lets a source appear more than once.
# Options: https://github.com/bazelbuild/bazel/tree/7.7.1/tools/test/CoverageOutputGenerator
set -euo pipefail

for argument in "$@"; do
  value="${argument#*=}"
  case "$argument" in
    --coverage_dir=*) mapfile -t reports < <(find -L "$value" -name '*.dat' | sort) ;;
    --reports_file=*) mapfile -t reports <"$value" ;;
    --source_file_manifest=*) manifest="$value" ;;
    --output_file=*) output="$value" ;;
  esac
done

for report in "${reports[@]}"; do
  if [[ -s "$report" ]]; then cat "$report"; fi
done | awk -v manifest="${manifest:-}" '
  BEGIN { while (manifest != "" && (getline line < manifest) > 0) wanted[line] = 1 }
  /^TN:/ { next }
  /^SF:/ { keep = manifest == "" || substr($0, 4) in wanted }
  keep { print }
' >"$output.partial"
mv "$output.partial" "$output"
