"""Addresses of the pages. Names carry no namespace: they are how pages link to each other."""

from django.urls import path

from tuppence.web.views import (
    account,
    borrowing,
    calculators,
    front,
    home,
    listings,
    preferences,
    profile,
    suitability,
)

urlpatterns = [
    # Everybody
    path("", front.front, name="front"),
    path("money/", front.safety, name="safety"),
    path("glossary/", front.glossary, name="glossary"),
    path("theme/", preferences.set_theme, name="set_theme"),
    path("calculators/", calculators.schedule_calculator, name="calculators"),
    path("calculators/return/", calculators.return_calculator, name="return_calculator"),
    path("listings/", listings.listing_list, name="listings"),
    path("listings/<int:listing_id>/", listings.listing, name="listing"),
    path("borrow/", borrowing.products, name="products"),
    # Any account
    path("account/", account.account, name="account"),
    path("profile/", profile.profile, name="profile"),
    # Members
    path("home/", home.home, name="home"),
    path("identity/", profile.identity, name="identity"),
    path("identity/submit/", profile.submit_identity, name="submit_identity"),
    path("bank-account/", profile.bank_account, name="bank_account"),
    path("suitability/", suitability.suitability, name="suitability"),
    path("suitability/test/", suitability.knowledge_test, name="knowledge_test"),
    path("suitability/loss/", suitability.loss_simulation, name="loss_simulation"),
    path("suitability/warning/", suitability.risk_warning, name="risk_warning"),
]
