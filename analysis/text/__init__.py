"""From a text to the facts in it: pure functions that return spans and rows, without pandas and without disk.

``reading`` decodes, ``chrome`` marks what the web page added, ``sections`` finds the outline, ``metadata`` says whose
report it is, ``statements`` finds problems and plans. Every word they look for stands in ``codebook/text``.
"""
