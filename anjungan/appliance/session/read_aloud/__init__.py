"""What is read aloud of a view: pure, and made only of parts that may be heard in a full room.

Never read: what was typed (NIK, names, phone numbers), the answers on the review, the officer's
own words on a request, and the keys one types with.
"""
