# docker build -t porucheniya . && docker run --env-file .env -v porucheniya:/state porucheniya
FROM python:3.11-slim AS made
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
# Nobody who can do anything; the volume is theirs.
RUN useradd --uid 10001 --no-create-home porucheniya
WORKDIR /app
COPY --from=made /venv /venv
COPY bot bot
COPY handlers handlers
COPY scheduler scheduler
COPY data data
RUN install -d -o porucheniya -m 700 /state
USER porucheniya
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp/matplotlib \
    DATABASE_URL=sqlite+aiosqlite:////state/bot.db LISTEN=0.0.0.0:8080
VOLUME /state
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=8)"]
CMD ["python", "-m", "bot"]
