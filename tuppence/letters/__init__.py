"""Letters to members by e-mail: an outbox that writes none twice and gives none up too early.

A face composes letters in their members' languages and hands them over; it draws them when they
are sent:

    operations.write_letters([LetterOrder(key, LetterKind.DEPOSIT_ARRIVED, member_id, ...)])
    operations.send_letters(draw, at=now)

What it promises:

- One key, one letter, however often it is asked for.
- A letter is written down before it is sent, in the transaction of what it tells of or of the
  cursor that read of it.
- One that can't be sent is tried again, later and later, for a day and a half; then staff see it.
- While the mail server does not answer, no letter uses up a try; all go out soon after it does.
- What is older than three days when it is written is kept for its member to read and not sent.
- The outbox holds no addresses: where a letter goes is looked up when it is sent. Errors are kept
  by the name of their kind only.
"""
