# Two images from one file:
#   docker build --target api .      serves; no torch inside
#   docker build --target worker .   embeds, and writes briefs; model weights inside, nothing is downloaded at run time
FROM python:3.12-slim AS base
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1
RUN useradd --create-home newsfeed
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY recommender recommender
COPY api api
COPY scripts scripts

FROM base AS worker
RUN pip install --constraint constraints.txt --editable '.[worker,briefs]'
ENV HF_HUB_OFFLINE=1
USER newsfeed
CMD ["python", "-m", "scripts.worker"]

FROM base AS api
RUN pip install --constraint constraints.txt --editable .
USER newsfeed
ENV NEWSFEED_SERVER__HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/ready', timeout=2)"]
CMD ["python", "-m", "scripts.serve", "--no-worker"]
