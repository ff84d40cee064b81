"""Runs the tests of this folder, the quick ones first: python lib/jupyter/tests [counts.json] [module...]"""

import json
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
MODULES = ("test_lab", "test_bench", "test_report", "test_run", "test_notebooks", "test_browser")


def main():
    counts = [argument for argument in sys.argv[1:] if argument.endswith(".json")]
    modules = [argument for argument in sys.argv[1:] if not argument.endswith(".json")] or MODULES
    suite = unittest.defaultTestLoader.loadTestsFromNames(modules)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    if counts:
        file = Path(counts[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([max(0, result.testsRun - failed - skipped), failed, skipped]), "utf-8")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
