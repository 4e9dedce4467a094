"""The stories of a demo installation: before and after signing in, and on no real installation."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_five_cards_say_which_account_to_use_and_what_to_click(demo):
    page = Client().get("/demo/").content.decode()
    assert page.count("<h2") == 5
    assert page.index("报销要跑五个科室") < page.index("我的分为什么少了") < page.index("国庆前缺了一次会")
    assert "qy-member" in page
    assert "未计2.00分" in page


def test_what_does_not_exist_yet_is_said_and_one_story_is_whole(demo):
    cards = Client().get("/demo/").content.decode().split("<section")[1:]
    unfinished = ["这一部分还没有" in card for card in cards]
    assert unfinished == [True, True, False, True, True]


def test_the_banner_leads_there_from_the_sign_in_page_and_from_inside(demo, visit):
    assert 'href="/demo/"' in Client().get("/access/sign-in/").content.decode()
    browser = visit("officer")
    assert 'href="/demo/"' in browser.get("/").content.decode()
    assert "去登录" not in browser.get("/demo/").content.decode()


def test_a_real_installation_has_no_stories(visit):
    assert Client().get("/demo/").status_code == 404
    assert visit("officer").get("/demo/").status_code == 404
