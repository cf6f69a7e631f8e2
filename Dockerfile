# isrf as an image: `docker build -t isrf .`, then docs/container.md. Nothing of the build is in the last stage.
ARG NODE=22-slim

FROM node:${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# What the lock file names for use, without what builds and tests.
FROM node:${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:${NODE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE README.md ./
RUN ln -s /app/dist/cli/main.js /usr/local/bin/isrf && install -d -o node -g node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["isrf"]
# Others than this machine reach the address, so it wants API keys: ISRF_API_KEYS, or --keys FILE.
CMD ["serve", "/data/run", "--host", "0.0.0.0", "--port", "8080", "--store", "/data/store"]
