from linghang.apps.org.tests.conftest import _today, browser, officer, units

__all__ = ["_today", "browser", "officer", "units"]
