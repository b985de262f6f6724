"""What stands on each paper that people download: the words for `tuppence.papers`, and its answer.

A paper is made in the language of the page it is asked from. Its moment is that of the latest fact
on it and never the clock's, so that the same facts in the same language give the same file.
"""
