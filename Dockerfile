# `npm run image` builds this with buildah or docker and fills in the arguments; `docker build .` works, too.

# Where the program is bundled: Node and npm.
ARG BUILD_BASE=docker.io/library/node:26-trixie-slim
# Where it runs: Node 26 or newer as `node` in /nodejs/bin, /usr/local/bin or /usr/bin, and a user 65532.
ARG BASE=gcr.io/distroless/nodejs26-debian13:nonroot

# The machine's own architecture, whichever the image is for: the bundle is JavaScript alone.
FROM --platform=${BUILDPLATFORM} ${BUILD_BASE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# No package's own scripts: all that one of them does here is to fetch another Node.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --prefer-offline --no-audit --no-fund
COPY release ./release
COPY src ./src
RUN npm run build

FROM ${BASE}
ARG BASE
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="lockstep" \
      org.opencontainers.image.description="A Kubernetes admission webhook that keeps the pods of a workload in step with the configuration that they read." \
      org.opencontainers.image.base.name="${BASE}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY LICENSE package.json /app/
COPY --from=build /src/dist /app/dist
# One arena: each thread's own would keep memory that it has freed (docs/image.md).
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    MALLOC_ARENA_MAX=1
WORKDIR /app
# By number, so that the kubelet can see that it is not root.
USER 65532:65532
EXPOSE 9443 8080
# V8 keeps up to three times as much for new objects (docs/image.md).
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/dist/main.js"]
CMD ["serve"]
