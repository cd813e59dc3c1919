# The container image: the server, the libraries that it loads, CA certificates, licence texts (docs/container.md).
# `./dev image` builds the last stage without a container engine, giving its own root file system for "rootfs".
# Debian 12.15. A newer one: its tag and the digest of its list of platforms, together.
FROM debian:12@sha256:9344f8b8992482f80cba753f323adeaf17690076c095ccff6cc9536be98185dc AS build
COPY . /source
WORKDIR /source
RUN ./dev build && scripts/image_rootfs.sh build/release/aic-mcp-server /rootfs

FROM scratch AS rootfs
COPY --from=build /rootfs /

FROM scratch
ARG AIC_VERSION=0.1.0
ARG AIC_REVISION=unknown
LABEL org.opencontainers.image.title="aic-mcp-server" \
      org.opencontainers.image.description="MCP server for PingOne Advanced Identity Cloud, as the person who signed in" \
      org.opencontainers.image.version="${AIC_VERSION}" \
      org.opencontainers.image.revision="${AIC_REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.documentation="docs/container.md" \
      io.modelcontextprotocol.server.name="io.github.aic-mcp-server/aic-mcp-server"
COPY --from=rootfs / /
ENV DOCKER_CONTAINER=true
USER 65532:65532
WORKDIR /home/aic
ENTRYPOINT ["/usr/bin/aic-mcp-server"]
