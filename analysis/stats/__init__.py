"""Estimates that say what they refer to, and refuse what the reports cannot carry.

Import order: frame, selection, intervals, values, then bases, panels, ranks, shares, breaks, changes, and the estimates
comparisons, disclosure, recurrence, admitted, trends, agreement, sensitivity. All take tables and return a
`analysis.stats.frame.Result`; nothing here reads or writes a file beside its own texts and the codebook.
"""
