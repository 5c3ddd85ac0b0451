"""Figures and tables for print, in Chinese and English from one call.

``plots`` turns tables into drawings and knows nothing of files; ``save`` is the one door by which figures and tables
leave: sizes, fonts, formats, source data and a record of where everything came from. ``style`` is the look, ``labels``
(with labels.toml) the words. Import from these modules; importing this package alone costs nothing.
"""
