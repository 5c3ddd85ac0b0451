"""Every plot by name: a table and a language in, a `Drawing` out; nothing is read or written."""

from analysis.figures.agreement import plot_agreement
from analysis.figures.comparison import plot_comparison
from analysis.figures.matrix import plot_contents, plot_disclosure_matrix
from analysis.figures.problems import plot_frequency, plot_problem_marks
from analysis.figures.quality import plot_extraction_accuracy, plot_rate_audit, plot_wording
from analysis.figures.response import plot_lateness, plot_response
from analysis.figures.shared import plot_shared_wording
from analysis.figures.trends import plot_trend
from analysis.figures.values import plot_values

__all__ = [
    "plot_agreement",
    "plot_comparison",
    "plot_contents",
    "plot_disclosure_matrix",
    "plot_extraction_accuracy",
    "plot_frequency",
    "plot_lateness",
    "plot_problem_marks",
    "plot_rate_audit",
    "plot_response",
    "plot_shared_wording",
    "plot_trend",
    "plot_values",
    "plot_wording",
]
