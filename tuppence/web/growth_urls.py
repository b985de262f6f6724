"""Addresses of growth pages, mounted under /staff/growth/."""

from django.urls import path

from tuppence.web.views.staff.growth import (
    budgets,
    campaign_views,
    campaigns,
    channels,
    links,
    offers,
    partners,
    settlements,
    spend,
    spend_import,
    touches,
    traffic,
)

urlpatterns = [
    path("", channels.growth, name="staff_growth"),
    path("channels/new/", channels.new_channel, name="staff_new_channel"),
    path("channels/<int:channel_id>/close/", channels.close, name="staff_close_channel"),
    path("traffic/", traffic.traffic, name="staff_traffic"),
    path("members/<int:member_id>/", touches.touches, name="staff_touches"),
    path("browsers/<int:browser_id>/unlink/", touches.unlink, name="staff_unlink_browser"),
    path("links/", links.links, name="staff_links"),
    path("links/new/", links.new_link, name="staff_new_link"),
    path("links/<int:link_id>/", links.link, name="staff_link"),
    path("links/<int:link_id>/pause/", links.pause, name="staff_pause_link"),
    path("links/<int:link_id>/qr.<slug:picture>", links.qr_code, name="staff_link_qr"),
    path("spend/", spend.spend, name="staff_spend"),
    path("spend/new/", spend.new_spend, name="staff_new_spend"),
    path("spend/<int:spend_id>/", spend.spend_row, name="staff_spend_row"),
    path("spend/<int:spend_id>/take-back/", spend.take_back, name="staff_take_back_spend"),
    path("spend/import/", spend_import.upload, name="staff_spend_upload"),
    path("spend/import/<int:upload_id>/", spend_import.layout, name="staff_spend_layout"),
    path("spend/files/<int:import_id>/", spend_import.spend_import, name="staff_spend_import"),
    path("budgets/", budgets.budgets, name="staff_budgets"),
    path("budgets/alerts-seen/", budgets.seen, name="staff_alerts_seen"),
    path(
        "budgets/<int:channel_id>/<slug:settled_month>/",
        budgets.set_budget,
        name="staff_set_budget",
    ),
    path("campaigns/board/", campaign_views.board, name="staff_campaign_board"),
    path("campaigns/calendar/", campaign_views.calendar, name="staff_campaign_calendar"),
    path("settlements/", settlements.settlements, name="staff_settlements"),
    path(
        "settlements/<int:partner_id>/<slug:settled_month>/",
        settlements.settlement,
        name="staff_settlement",
    ),
    path(
        "settlements/<int:partner_id>/<slug:settled_month>/settlement.pdf",
        settlements.settlement_pdf,
        name="staff_settlement_pdf",
    ),
    path(
        "settlements/<int:partner_id>/<slug:settled_month>/do/<slug:settle_name>/",
        settlements.settle_act,
        name="staff_settle",
    ),
    path("partners/", partners.partners, name="staff_partners"),
    path("partners/<int:partner_id>/", partners.partner, name="staff_partner"),
    path("partners/<int:partner_id>/set-off/", partners.set_off, name="staff_set_off"),
    path("campaigns/", campaigns.campaigns, name="staff_campaigns"),
    path("campaigns/new/", campaigns.new_campaign, name="staff_new_campaign"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="staff_campaign"),
    path("campaigns/<int:campaign_id>/plan/", campaigns.edit_plan, name="staff_campaign_plan"),
    path(
        "campaigns/<int:campaign_id>/offers/new/<slug:kind>/",
        offers.new_offer,
        name="staff_new_offer",
    ),
    path(
        "campaigns/<int:campaign_id>/offers/<int:place>/remove/",
        offers.remove_offer,
        name="staff_remove_offer",
    ),
    path("offers/<int:offer_id>/", offers.offer, name="staff_offer"),
    path("offers/<int:offer_id>/give/", offers.give, name="staff_give_offer"),
    path("grants/<int:grant_id>/take-back/", offers.take_back, name="staff_take_back_reward"),
    path("campaigns/<int:campaign_id>/copy/", campaigns.copy, name="staff_copy_campaign"),
    path(
        "campaigns/<int:campaign_id>/do/<slug:act_name>/", campaigns.act, name="staff_campaign_act"
    ),
]
