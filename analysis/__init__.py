"""What Chinese counties report about their rule of law, as tables and figures.

Reports become facts (``extract``), facts a panel (``tidy``), the panel figures (``run``). Functions that read from disk
begin with ``read_`` or ``open_``, those that make a table with ``build_``, those that draw conclusions, or refuse to,
with ``estimate_``, those that draw with ``plot_``; only ``save_`` and ``write_`` write.

>>> import analysis as fz
>>> fz.label("legal_aid_cases_accepted", "en")
'Legal aid cases accepted'
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Any

_HOME = {
    "FazhiError": "analysis.errors",
    "label": "analysis.codebook",
    "read_sets": "analysis.tidy",
    "build_tidy": "analysis.tidy",
    "open_study": "analysis.study",
    "Frame": "analysis.stats.frame",
    "build_sample": "analysis.stats.sample",
    "estimate_comparison": "analysis.stats.comparisons",
    "estimate_disclosure": "analysis.stats.disclosure",
    "estimate_mandated": "analysis.stats.disclosure",
    "estimate_recurrence": "analysis.stats.recurrence",
    "estimate_cooccurrence": "analysis.stats.recurrence",
    "estimate_stages": "analysis.stats.stages",
    "estimate_trend": "analysis.stats.trends",
    "estimate_sensitivity": "analysis.stats.sensitivity",
    "estimate_shared_wording": "analysis.stats.shared",
    "estimate_wording": "analysis.stats.disclosure",
    "estimate_agreement": "analysis.stats.agreement",
    "extract": "analysis.extract",
    "read_report": "analysis.evidence",
    "show": "analysis.evidence",
    "save_figure": "analysis.figures.save",
    "save_table": "analysis.figures.save",
    "table_text": "analysis.figures.texttable",
    "plots": "analysis.figures.plots:",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        near = ", ".join(get_close_matches(name, __all__, 3)) or "dir(analysis)"
        raise AttributeError(f"module 'analysis' has no attribute {name!r}; see {near}")
    home, colon, own = _HOME[name].partition(":")
    module = import_module(home)
    value = module if colon and not own else getattr(module, own or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__doc__", "__name__"]
