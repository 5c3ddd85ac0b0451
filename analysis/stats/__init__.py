"""Estimates that say what they refer to, and refuse what the reports cannot carry.

frame (what reports stand for, results, refusals), selection (one report a unit and year), intervals and values come
first; then bases, shares, panels, ranks, breaks, changes, measures; then the estimates: comparisons, stages,
disclosers, disclosure, recurrence, shared, admitted, panel_trends, trends, agreement, sensitivity. All take tables and
return a `analysis.stats.frame.Result`; nothing here writes, or reads a file beside its own texts and the codebook.
"""
