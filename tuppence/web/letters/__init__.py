"""Letters in words: what happened becomes letters in their members' languages.

`occasions` and `calendar` say who is told what; `words_…` says it; `writing` puts it into the
outbox of `tuppence.letters`; `layout` draws it as HTML and text when it goes out.
"""
