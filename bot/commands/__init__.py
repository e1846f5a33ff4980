"""What a person can ask: one package a family, one table of all (:mod:`bot.commands.registry`)."""
