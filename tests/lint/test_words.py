"""What names tell: an action, personal data, something that varies."""

from __future__ import annotations

import pytest

from .linting import in_text

ACTIONS = """
Video Played, Email Opened, Link Clicked, Message Sent, Cart Abandoned, Lead Won, Deal Lost,
Ticket Bought, Session Begun, Payment Method Added, Card Declined, Limit Hit, Account Set Up, User
Opted In, Report Read, Feed Viewed, Form Filled Out, Job Run, Logged In, Checked Out, Product
Added to Wishlist, Seed Planted, User Signed Up, Order Split, API Key Created, file uploaded,
song_heard, PasswordReset Requested
"""
NO_ACTIONS = """
Checkout, Complete Order, Completed Order, Order Complete, Newsletter Feed, Red, Speed, User
Signup, Page View, Viewed, Clicked Button, Onboarding, Past Due, app_open, Set Password, Video
Playing
"""


def event(name: str) -> str:
    return f'tracking_plan: {{rules: {{events: [{{name: "{name}", description: x}}]}}}}'


def listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


@pytest.mark.parametrize("name", listed(ACTIONS))
def test_a_past_tense_after_the_object_is_an_action(name: str):
    assert in_text(event(name), ["TW202"]) == []


@pytest.mark.parametrize("name", listed(NO_ACTIONS))
def test_without_one_or_before_the_object_there_is_none(name: str):
    assert len(in_text(event(name), ["TW202"])) == 1


PERSONAL = """
email, e_mail, emailAddress, billing_email, invitee_email, emails, phone, phone_number,
mobileNumber, first_name, lastName, full_name, surname, birthday, date_of_birth, dob, ip,
ip_address, street, shipping_address, ssn, iban, username, user_name, password, passport_number,
credit_card_number
"""
IMPERSONAL = """
email_sent, email_count, email_template_id, email_hash, email_domain, phone_model, product_name,
name, title, city, country, ip_version, address_type, wallet_address, mac_address, store_phone,
support_email, file_name, event_name, card_brand, birth_country, streetcar, shipping, tip,
user_id, anonymous_id, password_strength
"""


def trait(name: str, type_: str = "string") -> str:
    properties = f"{{properties: {{{name}: {{type: {type_}}}}}}}"
    return f"tracking_plan: {{rules: {{events: [{{name: Order Sent, rules: {properties}}}]}}}}"


@pytest.mark.parametrize("name", listed(PERSONAL))
def test_it_looks_like_personal_data(name: str):
    (found,) = in_text(trait(name), ["TW230"])
    assert f"TW230 `{name}` looks like " in found
    assert in_text(trait(name, "boolean"), ["TW230"]) == []


@pytest.mark.parametrize("name", listed(IMPERSONAL))
def test_it_does_not(name: str):
    assert in_text(trait(name), ["TW230"]) == []


VARYING = """
Product {id} Viewed, Order %s Sent, User <name> Seen, Item ${sku} Sold, Sale 2026 Opened, Digest
2026-01 Sent, Week 20260131 Closed, Order 48211 Sent, Mail to a@b.com Sent, Page https://x.io
Viewed, Run 5f2b9c1e7a30d4 Ended, Row 123e4567-e89b-12d3-a456-426614174000 Read, News 31.12.2025
Sent, Report [user_id] Read
"""
FIXED = """
Step 2 Completed, B2B Lead Won, Error 404 Shown, 3D Model Opened, Top 100 Opened, MP4 Played, 2FA
Enabled, Office 365 Linked, Deadbeef Found, Web3 Wallet Linked, Q1 Report Read, Half-Price Sale
Opened
"""


@pytest.mark.parametrize("name", listed(VARYING))
def test_a_name_that_contains_what_varies(name: str):
    assert len(in_text(event(name), ["TW206"])) == 1


@pytest.mark.parametrize("name", listed(FIXED))
def test_a_name_that_does_not(name: str):
    assert in_text(event(name), ["TW206"]) == []
