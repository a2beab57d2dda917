# A release gives the image by digest: docker build --build-arg NODE_IMAGE=node:24-slim@sha256:… .
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

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=production-packages /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY public ./public
COPY package.json ./
# A place for DATA_DIR=/data where uploads are kept on a volume; S3 (STORAGE_URL) needs none.
RUN install -d -o 1000 -g 1000 -m 0700 /data
# The files above belong to root and the process does not: it cannot change its own code.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and hears SIGTERM itself; npm or a shell between them would swallow it.
CMD ["node", "dist/src/main.js"]
