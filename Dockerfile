# The tag decides which Node; a release pins it, with the digest that the registry shows for the tag:
#   docker build --build-arg NODE_IMAGE=node:24-slim@sha256:… .
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No package needs its install script here, and one that wants to run code while we build should not.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json nest-cli.json ormconfig.ts ./
COPY migrations ./migrations
COPY src ./src
RUN npm run build

# Beside the build, not after it: both start from the same lock file and can run at the same time.
FROM ${NODE_IMAGE} AS production-packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
# More than half of it is for compilers, debuggers and themes that we do not have; licences stay.
RUN rm -rf node_modules/typescript \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
  && find node_modules/@picocss/pico -type f \( -name '*.css' -o -name '*.scss' \) ! -name pico.min.css -delete

# Node alone is left of its image: who breaks in should find no package manager, and C headers are of no use.
FROM ${NODE_IMAGE} AS node
RUN rm -rf /usr/local/include /usr/local/lib/node_modules /usr/local/share /opt/yarn-* \
  /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg

# A layer above the base would only hide what was deleted.
FROM scratch
COPY --from=node / /
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin
LABEL org.opencontainers.image.title="Barong" \
  org.opencontainers.image.description="Account server with an OAuth 2.0 and OpenID Connect provider" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=production-packages /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY public ./public
COPY package.json LICENSE ./
# The one place that is written to, and only with DATA_DIR=/data: uploads on a volume. S3 (STORAGE_URL) needs none.
RUN install -d -o 1000 -g 1000 -m 0700 /data
VOLUME ["/data"]
# The files above belong to root and the process does not: it cannot change its own code.
USER 1000:1000
EXPOSE 3000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and hears SIGTERM itself; npm or a shell between them would swallow it.
CMD ["node", "dist/src/main.js"]
