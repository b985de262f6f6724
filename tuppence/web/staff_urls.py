"""Addresses of staff pages, mounted under /staff/."""

from django.urls import path

from tuppence.web.views import practice_bank
from tuppence.web.views.staff import (
    applications,
    approvals,
    audit,
    bank_accounts,
    bank_lines,
    books,
    breaks,
    collection,
    compliance,
    day_close,
    desk,
    finance,
    house_payments,
    identity,
    jobs,
    listings,
    loans,
    manual_entries,
    members,
    payment_files,
    people,
    plan_changes,
    products,
    rules,
    withdrawals,
)

urlpatterns = [
    # Today
    path("", desk.desk, name="staff_desk"),
    path("approvals/", approvals.approvals, name="staff_approvals"),
    path("approvals/<int:request_id>/", approvals.approval, name="staff_approval"),
    # People
    path("members/", members.members, name="staff_members"),
    path("members/<int:member_id>/", members.member, name="staff_member"),
    path("members/<int:member_id>/mark/", compliance.set_mark, name="staff_mark"),
    path("members/<int:member_id>/block/", compliance.block, name="staff_block"),
    path("members/<int:member_id>/lift-block/", compliance.lift_block, name="staff_lift_block"),
    path("members/<int:member_id>/note/", compliance.note, name="staff_note"),
    path("identity/", identity.identity_queue, name="staff_identity"),
    path("identity/<int:check_id>/", identity.identity_case, name="staff_identity_case"),
    path("bank-accounts/", bank_accounts.bank_accounts, name="staff_bank_accounts"),
    path(
        "bank-accounts/<int:account_id>/",
        bank_accounts.verify_bank_account,
        name="staff_verify_bank_account",
    ),
    # Lending
    path("applications/", applications.applications, name="staff_applications"),
    path("applications/<int:application_id>/", applications.application, name="staff_application"),
    path(
        "applications/<int:application_id>/contract/",
        applications.make_contract,
        name="staff_make_contract",
    ),
    path(
        "applications/<int:application_id>/publish/",
        applications.publish_listing,
        name="staff_publish",
    ),
    path("listings/", listings.listings, name="staff_listings"),
    path("listings/<int:listing_id>/", listings.listing, name="staff_listing"),
    path(
        "listings/<int:listing_id>/pay-out/",
        listings.propose_pay_out,
        name="staff_propose_pay_out",
    ),
    path("listings/<int:listing_id>/withdraw/", listings.withdraw, name="staff_withdraw_listing"),
    path("loans/", loans.loans, name="staff_loans"),
    path("loans/<int:loan_id>/", loans.loan, name="staff_loan"),
    path("loans/<int:loan_id>/payment/", loans.record_payment, name="staff_record_payment"),
    path("loans/<int:loan_id>/recovery/", loans.recover, name="staff_recover"),
    path("loans/<int:loan_id>/write-off/", loans.write_off, name="staff_write_off"),
    *(
        path(
            f"loans/<int:loan_id>/{act}/",
            plan_changes.change_plan,
            {"act": act},
            name=f"staff_loan_{act}",
        )
        for act in plan_changes.ACTS
    ),
    path("loans/<int:loan_id>/contact/", collection.contact, name="staff_contact"),
    path("loans/<int:loan_id>/promise/", collection.promise, name="staff_promise"),
    path("loans/payments/<uuid:payment_id>/", loans.payment, name="staff_payment"),
    path(
        "loans/payments/<uuid:payment_id>/take-back/",
        loans.reverse_payment,
        name="staff_reverse_payment",
    ),
    path("products/", products.products, name="staff_products"),
    path("products/new/", products.new_product, name="staff_new_product"),
    path("products/<int:product_id>/", products.product, name="staff_product"),
    path("products/<int:product_id>/retire/", products.retire, name="staff_retire_product"),
    # Money
    path("finance/", finance.finance, name="staff_finance"),
    path("bank/", bank_lines.bank, name="staff_bank"),
    path("bank/practice-day/", practice_bank.bank_day, name="staff_practice_bank_day"),
    path("bank/import/", bank_lines.import_statement, name="staff_import_statement"),
    path("bank/files/<int:file_id>/", bank_lines.statement_file, name="staff_statement_file"),
    path("bank/lines/", bank_lines.lines, name="staff_bank_lines"),
    path("bank/lines/<int:line_id>/", bank_lines.bank_line, name="staff_bank_line"),
    path("bank/lines/<int:line_id>/send-back/", bank_lines.send_back, name="staff_send_back"),
    path("bank/breaks/", breaks.breaks, name="staff_breaks"),
    path("bank/breaks/<int:break_id>/", breaks.bank_break, name="staff_break"),
    path("bank/breaks/<int:break_id>/cover/", breaks.announce_cover, name="staff_announce_cover"),
    path("bank/breaks/<int:break_id>/end/", breaks.resolve_break, name="staff_resolve_break"),
    path("bank/house/", house_payments.house_payments, name="staff_house_payments"),
    path("bank/house/ask/", house_payments.ask_house_payment, name="staff_ask_house_payment"),
    path("withdrawals/", withdrawals.withdrawals, name="staff_withdrawals"),
    path("withdrawals/<int:withdrawal_id>/", withdrawals.withdrawal, name="staff_withdrawal"),
    path("withdrawals/<int:withdrawal_id>/rejected/", withdrawals.rejected, name="staff_rejected"),
    path(
        "withdrawals/files/make/", payment_files.make_payment_file, name="staff_make_payment_file"
    ),
    path("withdrawals/files/<int:file_id>/", payment_files.payment_file, name="staff_payment_file"),
    path(
        "withdrawals/files/<int:file_id>/download/",
        payment_files.download_payment_file,
        name="staff_download_payment_file",
    ),
    path("books/", books.books, name="staff_books"),
    path("books/accounts/", books.accounts, name="staff_accounts"),
    path("books/accounts/<int:account_id>/", books.account, name="staff_account"),
    path(
        "books/journal/<slug:subject_kind>/<int:subject_id>/", books.journal, name="staff_journal"
    ),
    path("books/transfers/<uuid:transfer_id>/", books.transfer, name="staff_transfer"),
    path(
        "books/transfers/<uuid:transfer_id>/take-back/",
        manual_entries.reversal,
        name="staff_reversal",
    ),
    path("books/entry/", manual_entries.manual_entry, name="staff_manual_entry"),
    path("days/", day_close.day_close, name="staff_day_close"),
    path("days/<slug:day>/", day_close.closed_day, name="staff_closed_day"),
    # Rules
    path("rules/", rules.rules, name="staff_rules"),
    path("audit/", audit.audit_trail, name="staff_audit"),
    path("people/", people.people, name="staff_people"),
    path("people/<int:user_id>/", people.person, name="staff_person"),
    path("people/<int:user_id>/give/", people.give_roles, name="staff_give_roles"),
    path("people/<int:user_id>/take/", people.take_roles, name="staff_take_roles"),
    path("jobs/", jobs.jobs, name="staff_jobs"),
]
