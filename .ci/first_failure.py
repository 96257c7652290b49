#!/usr/bin/env python3
"""Runs a test binary and ends it at the first test that fails."""

import subprocess
import sys

FAILED = 101

with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE) as tests:
    for line in tests.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.flush()
        if line.rstrip().endswith(b"... FAILED"):
            tests.kill()
            sys.exit(FAILED)
sys.exit(tests.returncode)
