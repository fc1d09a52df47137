# Khabar's image: the stages, the command line and the seed articles. One image, every service.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# Two environments: what runs, without pip, and what builds. Both from locks with hashes; nothing is compiled from C.
COPY requirements/runtime.lock requirements/build.lock requirements/
RUN python -m venv --without-pip /opt/khabar \
    && python -m venv --without-pip /opt/build \
    && pip --python /opt/khabar/bin/python install --only-binary :all: --require-hashes --requirement requirements/runtime.lock \
    && pip --python /opt/build/bin/python install --only-binary :all: --require-hashes --requirement requirements/build.lock

COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY seeds seeds
COPY streams streams
# The root file system is read-only where this runs, so the bytecode is made here: pip compiles what it installs.
RUN /opt/build/bin/hatchling build --target wheel --directory /wheel \
    && pip --python /opt/khabar/bin/python install --no-deps --no-index --compile /wheel/*.whl


FROM python:3.13-slim
ARG KHABAR_VERSION=dev
LABEL org.opencontainers.image.title="khabar" \
      org.opencontainers.image.description="Live news streams to clean, structured, evidence-backed records, over Kafka" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${KHABAR_VERSION}"
RUN groupadd --gid 10001 khabar \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin khabar \
    && install --directory --owner khabar --group khabar --mode 0750 /var/lib/khabar
COPY --from=build /opt/khabar /opt/khabar
COPY seeds/articles.jsonl /app/seeds/articles.jsonl
ENV PATH=/opt/khabar/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KHABAR_STATE_DIR=/var/lib/khabar
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["khabar"]
CMD ["--help"]
