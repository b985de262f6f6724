"""Addresses of the pages. Names carry no namespace: they are how pages link to each other."""

from django.urls import include, path

from tuppence.web.views import (
    account,
    application_steps,
    borrowing,
    calculators,
    cash,
    complaints,
    front,
    home,
    investing,
    listings,
    loans,
    portfolio,
    practice_bank,
    preferences,
    profile,
    suitability,
    trouble,
)

urlpatterns = [
    # Everybody
    path("", front.front, name="front"),
    path("safety/", front.safety, name="safety"),
    path("glossary/", front.glossary, name="glossary"),
    path("theme/", preferences.set_theme, name="set_theme"),
    path("calculators/", calculators.schedule_calculator, name="calculators"),
    path("calculators/return/", calculators.return_calculator, name="return_calculator"),
    path("listings/", listings.listing_list, name="listings"),
    path("listings/<int:listing_id>/", listings.listing, name="listing"),
    path("borrow/", borrowing.products, name="products"),
    path("borrow/<slug:code>/", borrowing.cost, name="apply"),
    path("complaints/", complaints.complaints, name="complaints"),
    # Any account
    path("account/", account.account, name="account"),
    path("profile/", profile.profile, name="profile"),
    # Members
    path("home/", home.home, name="home"),
    path("identity/", profile.identity, name="identity"),
    path("identity/submit/", profile.submit_identity, name="submit_identity"),
    path("bank-account/", profile.bank_account, name="bank_account"),
    path("listings/<int:listing_id>/review/", investing.invest_review, name="invest_review"),
    path("listings/<int:listing_id>/invest/", investing.invest_confirm, name="invest_confirm"),
    path("investments/<uuid:investment_id>/", investing.investment, name="investment"),
    path(
        "investments/<uuid:investment_id>/cancel/",
        investing.cancel_investment,
        name="cancel_investment",
    ),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("borrowing/", borrowing.borrowing, name="borrowing"),
    path("borrow/<slug:code>/apply/", application_steps.begin, name="begin_application"),
    path("borrowing/drafts/<int:draft_id>/", application_steps.draft, name="draft"),
    path("borrowing/drafts/<int:draft_id>/send/", application_steps.send_draft, name="send_draft"),
    path(
        "borrowing/drafts/<int:draft_id>/discard/",
        application_steps.discard_draft,
        name="discard_draft",
    ),
    path(
        "borrowing/drafts/<int:draft_id>/<slug:step>/",
        application_steps.draft_step,
        name="draft_step",
    ),
    path("applications/<int:application_id>/", borrowing.application, name="application"),
    path(
        "applications/<int:application_id>/withdraw/",
        borrowing.withdraw_application,
        name="withdraw_application",
    ),
    path("applications/<int:application_id>/contract/", borrowing.contract, name="contract"),
    path(
        "applications/<int:application_id>/contract.pdf",
        borrowing.contract_pdf,
        name="application_contract_pdf",
    ),
    path(
        "applications/<int:application_id>/contract/sign/",
        borrowing.sign_contract,
        name="sign_contract",
    ),
    path("loans/<int:loan_id>/", loans.loan, name="loan"),
    path("loans/<int:loan_id>/contract.pdf", loans.contract_pdf, name="loan_contract_pdf"),
    path("loans/<int:loan_id>/pay/", loans.pay_due, name="pay_due"),
    path("loans/<int:loan_id>/pay-off/", loans.pay_off, name="pay_off"),
    path("loans/<int:loan_id>/trouble/", trouble.trouble, name="trouble"),
    path(
        "loans/<int:loan_id>/trouble/<int:request_id>/withdraw/",
        trouble.withdraw_plan_request,
        name="withdraw_plan_request",
    ),
    path("loans/<int:loan_id>/payments/<uuid:payment_id>/", loans.payment, name="payment"),
    path("cash/", cash.cash, name="cash"),
    path("cash/transfers/<uuid:transfer_id>/", cash.transfer, name="transfer"),
    path("cash/in/", cash.pay_in, name="pay_in"),
    path("cash/in/practice/", practice_bank.receive, name="practice_receive"),
    path("cash/out/", cash.take_out, name="take_out"),
    path("cash/out/review/", cash.take_out_review, name="take_out_review"),
    path("cash/out/confirm/", cash.take_out_confirm, name="take_out_confirm"),
    path("cash/out/<int:withdrawal_id>/", cash.withdrawal, name="withdrawal"),
    path("cash/out/<int:withdrawal_id>/cancel/", cash.cancel_withdrawal, name="cancel_withdrawal"),
    path("complaints/new/", complaints.new_complaint, name="new_complaint"),
    path("complaints/<int:complaint_id>/", complaints.complaint, name="complaint"),
    *(
        path(
            f"complaints/<int:complaint_id>/{act}/",
            complaints.complaint_act,
            {"act": act},
            name=f"complaint_{act.replace('-', '_')}",
        )
        for act in complaints.ACTS
    ),
    path("suitability/", suitability.suitability, name="suitability"),
    path("suitability/test/", suitability.knowledge_test, name="knowledge_test"),
    path("suitability/loss/", suitability.loss_simulation, name="loss_simulation"),
    path("suitability/warning/", suitability.risk_warning, name="risk_warning"),
    # Staff
    path("staff/", include("tuppence.web.staff_urls")),
]
