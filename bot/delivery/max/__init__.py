"""The door to MAX: its events become the updates that handlers read, what is said becomes its calls.

Nobody else knows MAX. `client.make_bot` gives a `Bot` of aiogram's whose session is a `Door`: whatever the speaker, the
courier and the introduction call on it is said in MAX's manner, and errors are aiogram's, so that `outcomes` holds.

What an installation in MAX is made of, and what it takes the place of:

- `client.make_bot(token, api_url, trust, storage, pacer, fence)` of `bot.delivery.client.make_bot`; `client.time_at`
  of the same name there. `name_of`, `try_token` and `BadToken` serve both, for they only ask who the bot is. Without
  `storage`, `pacer`, `fence` the bot can be asked, and speaks to nobody.
- `speaker.MaxSpeaker` of `Speaker`, with the same arguments.
- `receiver.MaxReceiver` of `Receiver`, `webhook.MaxWebhook` of `Webhook`: the same arguments, and `storage` for the
  first.
- `files.download` of `incoming.files.download`.

Both doors have one person for each `ids.person_of`, and people's own links are `ids.user_of`.
"""
