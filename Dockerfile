# syntax=docker/dockerfile:1
# The image holds Drover alone. A model server that Drover shall start has to be in the image too: build one
# FROM this with the server in it, or FROM the server's image with /drover copied from this one.

FROM node:24-bookworm-slim AS build
WORKDIR /drover
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
ARG DROVER_VERSION
ARG DROVER_COMMIT=container
ARG SOURCE_DATE_EPOCH
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /drover
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# As process 1, tini takes in the children that models leave behind.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /var/lib/drover
COPY --from=dependencies /drover/node_modules /drover/node_modules
COPY --from=build /drover/dist /drover/dist
COPY package.json LICENSE /drover/
COPY config /drover/config
RUN ln -s /drover/dist/src/main.js /usr/local/bin/drover \
  && install -d -o 10001 -g 10001 /var/lib/drover
USER 10001:10001
ENV NODE_ENV=production \
  DROVER_LISTEN=:8080 \
  DROVER_HEALTH_URL=http://127.0.0.1:8080/health
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(process.env.DROVER_HEALTH_URL).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "drover"]
CMD ["-config", "/etc/drover/config.yaml"]
