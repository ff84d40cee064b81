"""Golden numbers of SciPy for unfold.analysis: python scipy_goldens.py > ../resources/unfold/scipy-goldens.json"""

import json
import sys

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(7)


def welch(name, first, second):
    result = stats.ttest_ind(first, second, equal_var=False)
    return {
        "name": name,
        "first": list(map(float, first)),
        "second": list(map(float, second)),
        "t": float(result.statistic),
        "df": float(result.df),
        "p": float(result.pvalue),
    }


x = random.uniform(200, 3000, 12)
y = 4.7 * x + random.normal(0, 900, 12)
line = stats.linregress(x, y)
json.dump(
    {
        "scipy": scipy.__version__,
        "welch": [
            welch("unequal variances and sizes", random.normal(0, 1, 9), random.normal(0.4, 5, 30)),
            welch("far apart", random.lognormal(0, 1, 200), random.lognormal(1, 1.5, 150)),
            welch("one constant", [0.25, 0.25, 0.25], random.normal(0, 1, 5)),
            welch("two and two", [1.0, 2.0], [1.5, 4.0]),
        ],
        "line": {
            "x": list(map(float, x)),
            "y": list(map(float, y)),
            "slope": float(line.slope),
            "intercept": float(line.intercept),
            "r2": float(line.rvalue**2),
        },
    },
    sys.stdout,
    indent=1,
)
print()
