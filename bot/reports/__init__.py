"""Reports: from the ledger to workbooks, documents and pictures.

A process of its own makes each report (`python -m bot.reports`, started by `workshop`): the bot goes on answering
presses, and the report's memory and libraries go with the process. `making` finds the module that makes a kind of
report; each has `async def make(tx, job, folder, progress) -> Made`.
"""
