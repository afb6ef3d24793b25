"""The plugin that the modules beside this one add to."""

from chatbot import Plugin

plugin = Plugin("알림", about="10분 뒤나 매주 월요일 9시처럼, 말씀하신 때에 알려 드려요.")
JOB = "알림"
MOST = 50
"""Reminders of one person in one room."""
