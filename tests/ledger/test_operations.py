import pytest
from tuppence.ledger import queries

@pytest.mark.django_db
def test_trial():
    assert queries.trial_balance() == []
