"""Reports: from the ledger to workbooks, documents and pictures.

A report is made in a process of its own (`python -m bot.reports`, started by `workshop`), so that the bot goes on
answering presses, and the memory and libraries that it takes are gone with it. `making` finds the module that makes a
kind of report; each is `async def make(tx, job, folder, progress) -> Made`.
"""
