"""The commands that no plugin may take or replace: they guard settings, rights and the block list."""

from chatbot.commands.blocking import BLOCKING
from chatbot.commands.group_settings import SETTINGS
from chatbot.commands.plugin_switch import PLUGINS
from chatbot.commands.rights import RIGHTS

FRAMEWORK = (SETTINGS, PLUGINS, *RIGHTS, *BLOCKING)
RESERVED = {name: "말동무" for command in FRAMEWORK for name in command.names}
"""Their names, and who owns them."""
