# docker compose up -d, see compose.yaml.
# The base is pinned to what was looked at; a newer one: docker buildx imagetools inspect python:3.11-slim
FROM python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7 AS base

FROM base AS made
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM base
# Of Debian, beside what the bot itself needs: postgresql-client, for backups of a server.
ARG PACKAGES=
RUN test -z "$PACKAGES" || { apt-get update && apt-get install -y --no-install-recommends $PACKAGES \
    && rm -rf /var/lib/apt/lists/*; }
# Nobody who can do anything; the volume is theirs.
RUN useradd --uid 10001 --no-create-home porucheniya
WORKDIR /app
COPY --from=made /venv /venv
COPY bot bot
COPY handlers handlers
COPY scheduler scheduler
COPY data data
# The page that heads get when they have registered.
COPY docs/heads.pdf docs/heads.pdf
COPY docs/heads-max.pdf docs/heads-max.pdf
RUN install -d -o porucheniya -m 700 /state
USER porucheniya
# Reports are made in TMPDIR, on the disk: what is in a tmpfs counts as memory.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp/matplotlib TMPDIR=/state \
    DATABASE_URL=sqlite+aiosqlite:////state/bot.db LISTEN=0.0.0.0:8080
VOLUME /state
STOPSIGNAL SIGTERM
# No proxy of the environment stands between the bot and itself.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["python", "-c", \
    "from urllib.request import *; build_opener(ProxyHandler({})).open('http://127.0.0.1:8080/health', timeout=8)"]
CMD ["python", "-m", "bot"]
